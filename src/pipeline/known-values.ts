import { join } from 'node:path';
import { z } from 'zod';
import { type KnownSearch, makeKnownSearch } from '../image/secrets/known-forms.ts';
import { entropyOf } from '../image/secrets/pattern.ts';
import { isSecretValue } from '../image/secrets/value.ts';
import type { EnvValue, ValueSource } from '../model/check-config.ts';
import type { Config } from '../model/config.ts';
import type { Effects } from '../model/effects.ts';
import type { KnownValue } from '../model/known-values.ts';

type World = Pick<Effects, 'env' | 'files' | 'cache'>;

/** A search for every secret this run was given: build secrets, values of `env:` that have a source, secret variables of the run, Google credentials. */
export async function knownSearch(effects: World, config: Config): Promise<KnownSearch> {
  const declared = await Promise.all(
    config.images.flatMap(({ secrets, env }) => [
      ...secrets.map(({ id, source }) => readDeclared(effects, `build secret ${id}`, source, config.directory)),
      ...Object.entries(env).map(([name, value]) => readDeclared(effects, `variable ${name}`, value, config.directory)),
    ]),
  );
  const found = [...declared.flat(), ...readVariables(effects.env), ...(await readGoogleCredentials(effects))];
  // The same value has one name, that of the place where somebody declared it.
  const distinct = [...new Map(found.toReversed().map((each) => [each.value, each])).values()].reverse();
  return makeKnownSearch(distinct, effects.cache);
}

/** Who needs a source that is not there complains about it; a literal is only known to be secret by its own form. */
async function readDeclared(
  { env, files }: World,
  name: string,
  source: ValueSource | EnvValue,
  directory: string,
): Promise<readonly KnownValue[]> {
  if (source.from === 'literal') {
    const plain = name.replace('variable ', '');
    return isMachineSecret(plain, source.value) ? [{ name, value: source.value }] : [];
  }
  const value = source.from === 'env' ? env[source.name] : await readText(files, join(directory, source.path));
  return value === undefined || value.trim() === '' ? [] : [{ name, value, ...passing(source, value) }];
}

/** Tokens that GitHub makes for one job, by name or by form. */
const PASSING = /^(?:GITHUB_TOKEN|GH_TOKEN|ACTIONS_RUNTIME_TOKEN|ACTIONS_ID_TOKEN_REQUEST_TOKEN)$/;

function passing(source: ValueSource, value: string): { readonly passing?: true } {
  const named = source.from === 'env' && PASSING.test(source.name);
  return named || value.startsWith('ghs_') ? { passing: true } : {};
}

function readVariables(env: Effects['env']): readonly KnownValue[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || !isMachineSecret(name, value)) return [];
    return [{ name: `variable ${name}`, value, ...passing({ from: 'env', name }, value) }];
  });
}

/** Nobody said that it is secret: a weak password or a word would be found where it is none. */
function isMachineSecret(name: string, value: string): boolean {
  return value.length >= 12 && isSecretValue(name, value) && entropyOf(value) >= 3 && /\d/.test(value);
}

const CREDENTIALS = z.record(z.string(), z.unknown());
const SECRET_FIELDS = ['private_key', 'refresh_token', 'client_secret'];

/** The file that Google's libraries read, where it holds a secret: one of workload identity federation has none. */
async function readGoogleCredentials({ env, files }: World): Promise<readonly KnownValue[]> {
  const home = env['HOME'];
  const places = [
    env['GOOGLE_APPLICATION_CREDENTIALS'],
    env['CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE'],
    home === undefined ? undefined : join(home, '.config/gcloud/application_default_credentials.json'),
  ];
  const texts = await Promise.all(
    [...new Set(places)].flatMap((path) => (path === undefined || path === '' ? [] : [readText(files, path)])),
  );
  return texts.flatMap((text) => readFields(text));
}

function readFields(text: string | undefined): readonly KnownValue[] {
  if (text === undefined) return [];
  try {
    const fields = CREDENTIALS.safeParse(JSON.parse(text)).data ?? {};
    return SECRET_FIELDS.flatMap((field) => {
      const value = fields[field];
      return typeof value === 'string' ? [{ name: `${field} of the Google credentials file`, value }] : [];
    });
  } catch {
    return [];
  }
}

async function readText(files: Effects['files'], path: string): Promise<string | undefined> {
  try {
    return (await files.stat(path)) === undefined ? undefined : await files.readText(path);
  } catch {
    return undefined;
  }
}
