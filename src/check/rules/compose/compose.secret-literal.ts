import { z } from 'zod';
import type { Finding } from '../../../model/verdict.ts';
import { findInCommand, findInVariable, type LiteralSecret } from '../../compose-literals.ts';
import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';

const settings = z.strictObject({
  allow: z
    .array(z.string())
    .default([])
    .describe('Variables or options that may hold a literal, such as `REDIS_PASSWORD` of a test stack.'),
});

/** A password or token that stands in a compose file is in the repository and the same everywhere the stack runs. */
export const composeSecretLiteral = defineStackRule({
  id: 'compose.secret-literal',
  title: 'No password or token stands in a compose file',
  severity: 'error',
  settings,
  check({ services }, { allow }) {
    const findings = services.flatMap((service) => {
      const found = [...service.variables.flatMap(findInVariable), ...service.commands.flatMap(findInCommand)];
      return found
        .filter(({ what }) => !allow.some((name) => what.split(/[ (]/).includes(name)))
        .map((secret) => describe(service.name, secret));
    });
    return failWith(findings);
  },
});

function describe(service: string, { what, length, isDefault, place }: LiteralSecret): Finding {
  const size = `${String(length)} characters, not shown`;
  return {
    message: isDefault
      ? `${service}: ${what} has a literal default (${size}): where nothing is set, everybody knows it`
      : `${service}: ${what} is a literal (${size}): everybody who can read the repository knows it`,
    place,
    remedy: isDefault
      ? 'Write `${NAME:?set it}` without a default, or take it from `secrets:` or a `_FILE` variable.'
      : 'Take it from `${NAME:?set it}`, from `secrets:` or from a `_FILE` variable, and change it where it was used.',
  };
}
