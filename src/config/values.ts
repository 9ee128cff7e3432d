import { z } from 'zod';
import { parseDuration } from '../model/duration.ts';
import { parseSize } from '../model/size.ts';

// The error of a schema here is what was expected, in words; complaints.ts puts the key and the value seen around it.

/** setTimeout turns longer ones into no wait at all, and no image is worth them. */
const LONGEST = 24 * 3_600_000;

/** A JSON Schema pattern that is the same test as `^…$` here. */
const SIZE = /^\d+(\.\d+)?\s?([kKMGT]i?B|B)$/;
const DURATION = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/;

function reject(ctx: z.RefinementCtx, expected: string): never {
  ctx.addIssue({ code: 'custom', message: expected, params: { expected: true } });
  return z.NEVER;
}

/** The error of a strict map: what was expected in its place; unknown keys are named by complaints.ts. */
export function expectMap(expected: string): (issue: { readonly code?: string }) => string | undefined {
  return (issue) => (issue.code === 'unrecognized_keys' ? undefined : expected);
}

/** A size in bytes, written with its unit. */
export const sizeValue = z
  .string({ error: 'a size with its unit, such as 500MB or 1.5GiB' })
  .regex(SIZE, { error: 'a size with its unit, such as 500MB or 1.5GiB' })
  .transform((text, ctx) => parseSize(text) ?? reject(ctx, 'a size with its unit, such as 500MB or 1.5GiB'))
  .meta({ title: 'size' });

const PERCENT = /^\d+(\.\d+)?%$/;
/** A share in percent, written with its sign. */
export const percentValue = z
  .string({ error: 'a percentage such as 10%' })
  .regex(PERCENT, { error: 'a percentage such as 10%' })
  .transform((text) => Number(text.slice(0, -1)))
  .meta({ title: 'percent' });

/** Below it the engine refuses to start a container. */
const SMALLEST_MEMORY = 6 * 2 ** 20;
export const memoryValue = sizeValue
  .transform((bytes, ctx) => (bytes < SMALLEST_MEMORY ? reject(ctx, 'at least 6MiB, the engine’s own minimum') : bytes))
  .meta({ title: 'size' });

/** A duration in milliseconds, written with its unit; more than nothing and at most a day. */
export const durationValue = z
  .string({ error: 'a duration with its unit, such as 40s or 1m30s' })
  .regex(DURATION, { error: 'a duration with its unit, such as 40s or 1m30s' })
  .transform((text, ctx) => {
    const milliseconds = parseDuration(text) ?? 0;
    return milliseconds > 0 && milliseconds <= LONGEST
      ? milliseconds
      : reject(ctx, 'a duration above 0s and up to 24h');
  })
  .meta({ title: 'duration' });

/** A regular expression written `/…/flags`; `g` and `y` would make a match depend on the one before. */
export const regexValue = z
  .string({ error: 'a regular expression written /…/' })
  .regex(/^\/[\s\S]+\/[a-z]*$/, { error: 'a regular expression written /…/' })
  .transform((text, ctx) => {
    const end = text.lastIndexOf('/');
    const flags = text.slice(end + 1);
    if (/[^imsuv]/.test(flags)) return reject(ctx, 'a regular expression with the flags i, m, s, u or v only');
    try {
      return new RegExp(text.slice(1, end), flags);
    } catch (error) {
      return reject(ctx, `a valid regular expression (${error instanceof Error ? error.message : 'invalid'})`);
    }
  })
  .meta({ title: 'regex' });

/** A path below the folder of slipway.yml; whether it leaves the repository is checked apart, with the folder known. */
export const pathValue = z
  .string({ error: 'a path relative to the folder of slipway.yml' })
  .regex(/^(?![/~])[^\0]+$/, { error: 'a path relative to the folder of slipway.yml' })
  .meta({ title: 'path' });

const REFERENCE = 'an image reference such as python:3.12-slim, by digest where it must not change';
export const referenceValue = z
  .string({ error: REFERENCE })
  .max(500, { error: REFERENCE })
  .regex(/^[A-Za-z0-9][\w.:/@-]*$/, { error: REFERENCE })
  .meta({ title: 'image reference' });

export const nameValue = z
  .string()
  .max(128, { error: 'an image name of at most 128 characters' })
  .regex(/^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/, {
    error:
      'an image name: lower-case letters and digits, with single . _ or - between them (it becomes part of the reference)',
  });

export const imageName = nameValue.meta({ title: 'image name' });

/** A service of a compose file. */
export const serviceName = z
  .string({ error: 'the name of a service' })
  .regex(/^[a-zA-Z0-9][\w.-]*$/, { error: 'the name of a service' })
  .meta({ title: 'service' });

/** Name of an environment variable or build argument. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'a name of letters, digits and _, not starting with a digit' });

export const textValue = (expected: string) => z.string({ error: expected }).min(1, { error: expected });

/** A text from a quoted scalar: `3.10` without quotes would arrive as 3.1. */
export const quotedText = z.string({ error: 'a text (put it in quotes)' }).meta({ title: 'text' });

export const portValue = z
  .int({ error: 'a port number from 1 to 65535' })
  .min(1, { error: 'a port number from 1 to 65535' })
  .max(65_535, { error: 'a port number from 1 to 65535' })
  .meta({ title: 'port' });

/** A program and its arguments: no shell splits or expands them. */
export const argvValue = z
  .array(quotedText, { error: 'a list, one argument each: [python, -m, app]; no shell is used' })
  .min(1, { error: 'at least the program' })
  .meta({ title: 'argv' });
