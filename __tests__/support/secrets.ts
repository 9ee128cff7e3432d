import type { SecretFacts, SecretHit } from '../../src/model/secrets.ts';

/** A GitHub token in /app/key of the second layer. */
export function hitOf(change: Partial<SecretHit> = {}): SecretHit {
  return {
    rule: 'secret.layers',
    kind: 'GitHub token',
    path: '/app/key',
    masked: 'ghp_********',
    fingerprint: 'a'.repeat(64),
    layer: 1,
    ...change,
  };
}

/** Two layers searched, one of the base not. */
export function secretsOf(hits: readonly SecretHit[]): SecretFacts {
  return { hits, cut: [], searchedLayers: 2, baseLayers: 1 };
}
