import { z } from 'zod';
import { formatSize } from '../../../model/size.ts';
import { formatAgainst } from '../../budget.ts';
import { defineRule } from '../../rule.ts';
import { sizeSetting } from '../../settings.ts';

const settings = z.strictObject({
  limit: sizeSetting.default(50_000_000).describe('Bytes the build may send to the builder.'),
});

/** Bytes the build sends: after the ignore file, only what COPY, ADD and bind mounts of the built stages name. */
export const contextSize = defineRule({
  id: 'context.size',
  title: 'The build sends little to the builder',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['context'],
  settings,
  check({ context }, { settings: { limit } }) {
    const seen = formatSize(context.bytes);
    if (context.bytes <= limit) return { status: 'passed', seen: `${seen} in ${String(context.files)} files` };
    const words = formatAgainst(context.bytes, limit);
    const largest = context.largest.map(({ path, bytes }) => `${path} (${formatSize(bytes)})`).join(', ');
    return {
      status: 'failed',
      findings: [
        {
          message: `the build sends ${words.seen} in ${String(context.files)} files, ${words.allowed} allowed; largest: ${largest}`,
          ...words,
          place: { file: context.ignoreFile ?? context.directory },
          remedy: `List what the image does not need in ${context.ignoreFile ?? 'a .dockerignore'}, or copy less.`,
        },
      ],
    };
  },
});
