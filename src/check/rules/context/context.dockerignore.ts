import { posix } from 'node:path';
import { z } from 'zod';
import type { ContextFacts } from '../../../model/facts.ts';
import { formatSize } from '../../../model/size.ts';
import type { Finding } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { failWith } from '../../findings.ts';

const settings = z.strictObject({
  allow: z
    .array(z.string())
    .default([])
    .describe('Paths in the context that are meant to be sent, such as `web/.env`.'),
});

/** The ignore file exists and keeps repositories, environments, caches and credentials out of the build. */
export const contextDockerignore = defineRule({
  id: 'context.dockerignore',
  title: 'An ignore file keeps out of the build what does not belong into an image',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['context'],
  settings,
  check({ context }, { settings: { allow } }) {
    if (context.files === 0) return { status: 'skipped', reason: 'the build takes nothing from its context' };
    return failWith([...findAbsence(context), ...findUnwanted(context, allow)]);
  },
});

function findAbsence(context: ContextFacts): readonly Finding[] {
  if (context.ignoreFile !== undefined) return [];
  return [
    {
      message: `there is no .dockerignore: whatever lies in the copied folders goes into the build (${formatSize(context.wholeBytes)} in all)`,
      place: { file: posix.join(context.directory, '.dockerignore') },
      remedy: 'Write one; start with `*` and let in what the Dockerfile copies (`!src`).',
    },
  ];
}

function findUnwanted(context: ContextFacts, allow: readonly string[]): readonly Finding[] {
  return context.unwanted
    .filter(({ path }) => !allow.includes(path))
    .map(({ path, bytes, why }) => ({
      message: `the build sends ${path} (${formatSize(bytes)}): ${why}`,
      seen: path,
      place: { file: context.ignoreFile ?? posix.join(context.directory, path) },
      remedy: `Add \`${path}\` to ${context.ignoreFile ?? 'a .dockerignore'}, or allow it if the image needs it.`,
    }));
}
