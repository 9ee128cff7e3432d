import { findBases, splitReference } from '../../base-references.ts';
import { failWithFew } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** No foreign image is taken by `latest` or without a tag; a digest beside it decides what is taken, so that passes. */
export const baseLatest = defineRule({
  id: 'base.latest',
  title: 'No base image is whatever is latest',
  severity: 'error',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['dockerfile'],
  settings: noSettings,
  check({ dockerfile }) {
    const bases = findBases(dockerfile);
    const findings = bases.flatMap(({ reference, line, use }) => {
      const { name, tag, digest } = splitReference(reference);
      if (digest !== undefined || (tag !== undefined && tag !== 'latest')) return [];
      const how =
        tag === undefined ? 'has no tag, which means latest' : 'is whatever is latest on the day of the build';
      return [
        {
          message: `${use} ${reference} ${how}`,
          seen: reference,
          allowed: `${name} with a version`,
          place: { file: dockerfile.file, line },
          remedy: `Name a version: ${name}:1.2.3, better with its digest.`,
        },
      ];
    });
    return failWithFew(findings, `${String(bases.length)} base images with a version`);
  },
});
