import { join } from 'node:path';
import type { ValueSource } from '../model/check-config.ts';
import type { BuildSecret } from '../model/config.ts';
import type { Effects } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { PlannedImage } from '../model/plan.ts';

/** Values of build secrets, kept in memory and in the environment of the one child that needs them. */
export interface SecretValues {
  /** Environment of the child. */
  readonly env: Readonly<Record<string, string>>;
  readonly values: readonly string[];
  readonly variable: (image: string, id: string) => string;
}

/** The kernel's limit on one environment variable (MAX_ARG_STRLEN), with room for its name. */
const LONGEST = 127 * 1024;

/** Reads every secret the images name; throws one Fault that lists all that are missing. */
export async function readSecrets(
  effects: Pick<Effects, 'env' | 'files'>,
  images: readonly PlannedImage[],
  directory: string,
): Promise<SecretValues> {
  const env: Record<string, string> = {};
  const variables = new Map<string, string>();
  const missing: string[] = [];
  for (const { name, config } of images) {
    for (const secret of config.secrets) {
      const variable = `SLIPWAY_SECRET_${String(variables.size)}`;
      variables.set(`${name} ${secret.id}`, variable);
      const found = await readValue(effects, secret, directory);
      if ('problem' in found) missing.push(`secret ${secret.id} of ${name}: ${found.problem}`);
      else env[variable] = found.value;
    }
  }
  if (missing.length > 0) throw missingFault(missing);
  return {
    env,
    values: Object.values(env),
    variable: (image, id) => variables.get(`${image} ${id}`) ?? '',
  };
}

type Found = { readonly value: string } | { readonly problem: string };

async function readValue(
  { env, files }: Pick<Effects, 'env' | 'files'>,
  { source }: BuildSecret,
  directory: string,
): Promise<Found> {
  const value = source.from === 'env' ? env[source.name] : await readFileValue(files, join(directory, source.path));
  if (value === undefined || value === '') return { problem: `${formatSource(source)} is not set or empty` };
  if (value.includes('\0')) return { problem: `${formatSource(source)} is not text` };
  if (Buffer.byteLength(value) > LONGEST) return { problem: `${formatSource(source)} is longer than 127 KiB` };
  return { value };
}

async function readFileValue(files: Effects['files'], path: string): Promise<string | undefined> {
  return (await files.stat(path)) === undefined ? undefined : files.readText(path);
}

function formatSource(source: ValueSource): string {
  return source.from === 'env' ? `env.${source.name}` : `file.${source.path}`;
}

function missingFault(missing: readonly string[]): Fault {
  const [first = ''] = missing;
  return new Fault(missing.length === 1 ? first : `${String(missing.length)} build secrets cannot be given`, {
    remedy: 'Set the variable in the environment of the run, or write the file, before building.',
    complaints: missing.length === 1 ? [] : missing.map((message) => ({ message })),
  });
}
