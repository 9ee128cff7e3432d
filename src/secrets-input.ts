import { parse as parseYaml } from 'yaml';
import { Fault } from './model/fault.ts';

/** Build secrets by name. Throws a Fault that says what is wrong without showing any of it. */
export function parseSecrets(text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  const where = 'input secrets';
  const remedy =
    'Write a YAML map, one secret a line: NAME: ${{ secrets.NAME }} (quote values with special characters).';
  let value: unknown;
  try {
    value = parseYaml(text, { logLevel: 'silent' });
  } catch {
    // The parser's message quotes the text, which is secret: it is not kept as a cause either.
    throw new Fault('the input secrets is not YAML', { where, remedy });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Fault('the input secrets is not a map', { where, remedy });
  return Object.fromEntries(
    Object.entries(value).map(([name, secret]) => [requireName(name), requireText(name, secret)]),
  );

  function requireName(name: string): string {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
    throw new Fault('a name in the input secrets is not a variable name', { where, remedy });
  }
  function requireText(name: string, secret: unknown): string {
    if (typeof secret === 'string' && secret !== '') return secret;
    if (typeof secret === 'number' || typeof secret === 'boolean') return String(secret);
    throw new Fault(`the secret ${name} is empty or not text`, {
      where,
      remedy: `Check that the repository or environment has the secret ${name}, and that this event may read it.`,
    });
  }
}
