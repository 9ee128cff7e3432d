import { z } from 'zod';
import type { Finding } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { failWith } from '../../findings.ts';

const settings = z.strictObject({
  ignore: z
    .array(z.string())
    .default([])
    .describe('Names of BuildKit checks that do not count, such as `JSONArgsRecommended`.'),
});

/** What BuildKit's own checks say of the Dockerfile. */
export const dockerfileBuildCheck = defineRule({
  id: 'dockerfile.build-check',
  title: "BuildKit's own checks find nothing in the Dockerfile",
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['build-check'],
  settings,
  check({ 'build-check': found }, { image, settings: { ignore } }) {
    return failWith(
      found
        .filter(({ check }) => !ignore.includes(check))
        .map(({ check, message, line, url }): Finding => ({
          message: `${check}: ${message}`,
          place: { file: image.dockerfile, ...(line === undefined ? {} : { line }) },
          remedy: url === undefined ? `Correct it, or list ${check} under \`ignore\`.` : `See ${url}.`,
        })),
    );
  },
});
