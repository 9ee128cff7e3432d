import { parse as parseYaml } from 'yaml';
import { Fault } from './model/fault.ts';
import type { Login } from './model/identity.ts';

/** Build secrets by name. Throws a Fault that says what is wrong without showing any of it. */
export function parseSecrets(text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  const where = 'input secrets';
  const remedy =
    'Write a YAML map, one secret a line: NAME: ${{ secrets.NAME }} (quote values with special characters).';
  return Object.fromEntries(
    Object.entries(parseMap('secrets', text, remedy)).map(([name, secret]) => [
      requireName(name),
      requireText(name, secret),
    ]),
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

const LOGINS_REMEDY =
  'Write a YAML map, one registry a line: HOST: { username: NAME, password: "${{ secrets.NAME }}" }.';
/** A host name with or without a port. */
const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;

/** Logins by registry host, Docker Hub's as `docker.io`. Throws a Fault that says what is wrong without showing any of it. */
export function parseRegistryLogins(text: string | undefined): Readonly<Record<string, Login>> {
  if (text === undefined) return {};
  const entries = Object.entries(parseMap('registry-credentials', text, LOGINS_REMEDY));
  return Object.fromEntries(entries.map(([key, value]) => [requireHost(key), requireLogin(value)]));
}

function requireHost(key: string): string {
  const host = key.replace(/^https:\/\//, '').replace(/\/.*$/, '');
  if (['index.docker.io', 'registry-1.docker.io'].includes(host)) return 'docker.io';
  if (HOST.test(host)) return host;
  throw new Fault('a key of the input registry-credentials is not a registry host', {
    where: 'input registry-credentials',
    remedy: LOGINS_REMEDY,
  });
}

function requireLogin(value: unknown): Login {
  const { username, password } = isMap(value) ? value : {};
  const known = isMap(value) && Object.keys(value).every((key) => ['username', 'password'].includes(key));
  if (known && isFilled(username) && isFilled(password)) return { username, password };
  throw new Fault('a login in the input registry-credentials has no username or no password, or more than those', {
    where: 'input registry-credentials',
    remedy: `${LOGINS_REMEDY} Check that the repository or environment has the secret, and that this event may read it.`,
  });
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseMap(input: string, text: string, remedy: string): Readonly<Record<string, unknown>> {
  const where = `input ${input}`;
  let value: unknown;
  try {
    value = parseYaml(text, { logLevel: 'silent' });
  } catch {
    // The parser's message quotes the text, which is secret: it is not kept as a cause either.
    throw new Fault(`the ${where} is not YAML`, { where, remedy });
  }
  if (!isMap(value)) throw new Fault(`the ${where} is not a map`, { where, remedy });
  return value;
}
