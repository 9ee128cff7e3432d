import { z } from 'zod';
import { normalizeName } from '../../python/version.ts';
import { defineRule } from '../../rule.ts';
import { toFindings } from '../../many-findings.ts';

const settings = z.strictObject({
  allow: z
    .array(z.string())
    .default([])
    .describe('Names of distributions whose complaints are accepted, such as wheels for several platforms.'),
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
    const own = dependencies.problems.filter(
      ({ distribution, base }) => !base && !accepted.has(normalizeName(distribution)),
    );
    const aside = dependencies.problems.length - own.length;
    const seen = `${String(dependencies.distributions)} distributions, by ${dependencies.source}${aside === 0 ? '' : `, ${String(aside)} complaints set aside`}`;
    return toFindings(own, { seen }, ({ message, metadata }) => ({
      message: `${message} (${dependencies.source})`,
      ...(metadata === undefined ? {} : { place: { file: `/${metadata}`, inImage: true } }),
      remedy:
        'Install what belongs together in one step from one lock file, so that the installer sees all requirements.',
    }));
  },
});
