import { findBases, splitReference } from '../../base-references.ts';
import { failWithFew } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** Every foreign image of the built stages is named by digest: a tag is another image tomorrow, and a rebuild is not the same image. */
export const basePinned = defineRule({
  id: 'base.pinned',
  title: 'Base images are pinned by digest',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['dockerfile'],
  settings: noSettings,
  check({ dockerfile }) {
    const bases = findBases(dockerfile);
    const once = bases.filter(({ reference }, at) => at === bases.findIndex((other) => other.reference === reference));
    const findings = once
      .filter(({ reference }) => splitReference(reference).digest === undefined)
      .map(({ reference, line, use }) => ({
        message: `${use} ${reference} names a tag, which may be another image at the next build`,
        seen: reference,
        allowed: `${splitReference(reference).name}:tag@sha256:…`,
        place: { file: dockerfile.file, line },
        remedy: `Append the digest (docker buildx imagetools inspect ${reference}) and let a bot such as Dependabot or Renovate raise it.`,
      }));
    return failWithFew(findings, `${String(bases.length)} base images pinned`);
  },
});
