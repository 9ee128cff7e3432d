import { z } from 'zod';
import { findBases, fullName, splitReference } from '../../base-references.ts';
import { failWithFew } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';

const settings = z.strictObject({
  allow: z
    .array(z.string())
    .default([])
    .describe(
      'Names that images may start from: whole names, or prefixes that end in `/`; `python` is `docker.io/library/python`.',
    ),
});

/** Every foreign image comes from a name or a registry path on the list. */
export const baseAllowed = defineRule({
  id: 'base.allowed',
  title: 'Base images come from where they may come from',
  severity: 'off',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['dockerfile'],
  settings,
  check({ dockerfile }, { settings: { allow } }) {
    if (allow.length === 0) return { status: 'skipped', reason: '`allow` lists no base image' };
    const bases = findBases(dockerfile);
    const findings = bases
      .filter(({ reference }) => !allow.some((entry) => isAllowed(splitReference(reference).name, entry)))
      .map(({ reference, line, use }) => ({
        message: `${use} ${reference} is on no line of \`allow\``,
        seen: fullName(splitReference(reference).name),
        allowed: allow.join(', '),
        place: { file: dockerfile.file, line },
        remedy: 'Start from an allowed image, or put this one on the list.',
      }));
    return failWithFew(findings, `${String(bases.length)} base images allowed`);
  },
});

function isAllowed(name: string, entry: string): boolean {
  if (!entry.endsWith('/')) return fullName(name) === fullName(splitReference(entry).name);
  const full = fullName(name);
  // A prefix with one part is a host, or a user of Docker Hub.
  return full.startsWith(entry) || full.startsWith(`docker.io/${entry}`);
}
