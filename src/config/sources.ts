import { z } from 'zod';
import type { EnvValue, ValueSource } from '../model/check-config.ts';

const ENV = /^env\.([A-Za-z_][A-Za-z0-9_]*)$/;
const FILE = /^file\.(.+)$/s;
const EXPECTED = 'a source, env.NAME or file.path (never the value itself)';

/** Where a secret comes from, by its text form; undefined for anything else. */
function parseSource(text: string): ValueSource | undefined {
  const name = ENV.exec(text)?.[1];
  if (name !== undefined) return { from: 'env', name };
  const path = FILE.exec(text)?.[1];
  return path === undefined ? undefined : { from: 'file', path };
}

/** A value of `env:`: only `env.NAME` is a source, since `file.txt` is an everyday value. */
export function parseEnvValue(text: string): EnvValue {
  const name = ENV.exec(text)?.[1];
  return name === undefined ? { from: 'literal', value: text } : { from: 'env', name };
}

/** Whether a build argument was perhaps meant as a source. */
export function looksLikeSource(text: string): boolean {
  return ENV.test(text);
}

export const sourceValue = z
  .string({ error: EXPECTED })
  .regex(/^(env\.[A-Za-z_][A-Za-z0-9_]*|file\.[\s\S]+)$/, { error: EXPECTED })
  .transform((text) => parseSource(text) ?? z.NEVER)
  .meta({ title: 'source' });
