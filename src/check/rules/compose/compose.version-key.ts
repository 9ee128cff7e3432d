import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** Compose ignores `version:` since the Compose Specification and warns about it at every call. */
export const composeVersionKey = defineStackRule({
  id: 'compose.version-key',
  title: 'No compose file has the obsolete version key',
  severity: 'warning',
  settings: noSettings,
  check({ versions }) {
    const findings = versions.map(({ value, place }) => ({
      message: `\`version: ${value}\` means nothing to compose any more, and it warns about it at every call`,
      seen: value,
      place,
      remedy: 'Take the line out.',
    }));
    return failWith(findings);
  },
});
