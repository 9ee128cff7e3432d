import { z } from 'zod';
import type { DependencyFacts } from '../../../model/python-facts.ts';
import { normalizeName } from '../../python/version.ts';
import { defineRule } from '../../rule.ts';
import { countOf } from '../../number-words.ts';
import { failWithFew } from '../../path-findings.ts';

const settings = z.strictObject({
  allow: z.array(z.string()).default([]).describe('Names of distributions whose complaints are accepted.'),
});

/** Whether what is installed meets its own requirements (`pip check`). */
export const pythonPipCheck = defineRule({
  id: 'python.pip-check',
  title: 'The installed Python packages meet the requirements of each other',
  severity: 'error',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['dependencies'],
  settings,
  check({ dependencies }, { settings: { allow } }) {
    const accepted = new Set(allow.map(normalizeName));
    const judged = dependencies.problems.filter(
      // Wheels with odd tags that work are common, wheels for another platform fail when they are imported (decision 0071).
      ({ distribution, kind, base }) => kind === 'requirement' && !base && !accepted.has(normalizeName(distribution)),
    );
    const findings = judged.map(({ message, metadata }) => ({
      message: `${message} (${dependencies.source})`,
      ...(metadata === undefined ? {} : { place: { file: `/${metadata}`, inImage: true } }),
      remedy:
        'Install what belongs together in one step from one lock file, so that the installer sees all requirements.',
    }));
    return failWithFew(findings, describeSeen(dependencies, dependencies.problems.length - judged.length));
  },
});

function describeSeen({ distributions, source }: DependencyFacts, aside: number): string {
  const seen = `${countOf(distributions, 'distribution')}, by ${source}`;
  return aside === 0 ? seen : `${seen}, ${countOf(aside, 'complaint')} set aside`;
}
