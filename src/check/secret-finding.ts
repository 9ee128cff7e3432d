import { z } from 'zod';
import { fingerprintOf, hashSecret, maskSecret } from '../image/secrets/hit.ts';
import type { RuleFinding } from '../model/verdict.ts';

/** Settings that all secret rules share. */
export const secretSettings = z.strictObject({
  allow: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, 'is not a fingerprint (64 hexadecimal digits, as findings show them)'))
    .default([])
    .describe('Fingerprints of findings that are no secrets; the list belongs to reviewed files.'),
});

/** A secret that a rule found itself, with where it stands in words. */
export interface FoundHere {
  readonly rule: string;
  readonly kind: string;
  readonly secret: string;
  /** Part of the fingerprint: `env NAME`. */
  readonly where: string;
  readonly written?: RuleFinding['written'];
  readonly remedy: string;
}

/** The finding without the secret, or undefined when its fingerprint is allowed. */
export function describeSecret(found: FoundHere, allow: readonly string[]): RuleFinding | undefined {
  const fingerprint = fingerprintOf(found.rule, found.where, hashSecret(found.secret));
  if (allow.includes(fingerprint)) return undefined;
  return {
    message: `${found.where} holds a secret (${found.kind}): ${maskSecret(found.secret)} [${fingerprint}]`,
    seen: found.kind,
    remedy: found.remedy,
    ...(found.written === undefined ? {} : { written: found.written }),
  };
}
