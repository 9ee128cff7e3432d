import type { RuleFinding } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { secretSettings } from '../../secret-finding.ts';
import { failWith } from '../../findings.ts';

const REMEDY =
  'Give the value with RUN --mount=type=secret instead of a build argument (or keep `provenance: min`), and revoke this one.';

/** Arguments of stages that never reach the image stand in clear in a `mode=max` provenance, and whoever may pull reads it. */
export const secretProvenance = defineRule({
  id: 'secret.provenance',
  title: 'The image’s provenance and other attestations hold no secrets',
  severity: 'error',
  always: true,
  keys: [],
  kinds: ['service', 'job'],
  needs: ['attestations'],
  settings: secretSettings,
  check({ attestations: { statements, hits } }, { settings: { allow } }) {
    if (statements === 0) return { status: 'skipped', reason: 'nothing is attached to the image' };
    return failWith(
      hits
        .filter(({ fingerprint }) => !allow.includes(fingerprint))
        .map(({ where, kind, masked, fingerprint }): RuleFinding => ({
          message: `${where} holds a secret (${kind}): ${masked} [${fingerprint}]`,
          seen: kind,
          remedy: REMEDY,
          ...nameArgument(where),
        })),
      statements === 1 ? '1 statement' : `${String(statements)} statements`,
    );
  },
});

function nameArgument(where: string): Pick<RuleFinding, 'written'> {
  const name = /^build argument (\S+) /.exec(where)?.[1];
  return name === undefined ? {} : { written: { keyword: 'ARG', name } };
}
