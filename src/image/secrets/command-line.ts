import { searchText } from './search.ts';
import { findUrlPasswords } from './url-password.ts';
import { isSecretValue } from './value.ts';

/** A secret in a command, an argument list or a line of history, with the name it was given there. */
export interface NamedSecret {
  readonly kind: string;
  readonly secret: string;
  readonly name?: string;
}

const QUOTED = `"([^"]*)"|'([^']*)'|([^\\s"';&|)]+)`;
/** `NAME=value` anywhere, `--password=value`, `--password value`. */
const WORDS = new RegExp(`(?<![\\w$-])(?:--?)?([A-Za-z_][\\w.-]*)=(?:${QUOTED})`, 'g');
const FLAGS = new RegExp(`(?<![\\w-])--?([a-z][\\w-]*)\\s+(?:${QUOTED})`, 'gi');

/** Everything in a text that is a secret by its form, or by the name and form of an assignment or flag. */
export function findInCommand(text: string): readonly NamedSecret[] {
  const formed = [...searchText(text), ...findUrlPasswords(text)];
  const named = [...text.matchAll(WORDS), ...text.matchAll(FLAGS)].flatMap(
    ([, name = '', ...values]): NamedSecret[] => {
      const value = values.find((each) => typeof each === 'string') ?? '';
      return isSecretValue(name, value) ? [{ kind: `value of ${name}`, secret: value, name }] : [];
    },
  );
  const fresh = named.filter(({ secret }) => !formed.some((other) => secret.includes(other.secret)));
  const seen = new Set<string>();
  return [...formed, ...fresh].filter(({ secret }) => !seen.has(secret) && seen.add(secret));
}
