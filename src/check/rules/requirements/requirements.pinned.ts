import { failWith } from '../../findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** `fastapi>=0.109.0` is another version next month, and the one that was tested is gone. */
export const requirementsPinned = defineRule({
  id: 'requirements.pinned',
  title: 'Every requirement of the build names one version',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['requirements'],
  settings: noSettings,
  check({ requirements: lists }) {
    if (lists.length === 0) return { status: 'skipped', reason: 'the build installs no Python package by name' };
    const findings = lists.flatMap(({ requirements }) => {
      const loose = requirements.filter(({ pinned }) => !pinned);
      const [first] = loose;
      if (first === undefined) return [];
      const count = `${String(loose.length)} of ${String(requirements.length)}`;
      return [
        {
          message: `${count} requirements leave their version open, the first is \`${first.text}\`: each build may install something else`,
          seen: `${String(loose.length)} open`,
          allowed: '0 open',
          place: first.place,
          remedy:
            'Lock them with hashes (`uv pip compile --generate-hashes` or `pip-compile`), and edit a list beside the lock.',
        },
      ];
    });
    return failWith(findings);
  },
});
