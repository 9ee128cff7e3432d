import type { Effects } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';

/** What is asked of the driver's own program. */
export type SmiEffects = Pick<Effects, 'processes'>;

export type SmiAnswer =
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'failed'; readonly code: number; readonly text: string }
  | { readonly kind: 'missing'; readonly text: string };

const DEADLINE = 30_000;

/** What nvidia-smi ends with (its manual page, RETURN VALUE). 14 is a damaged infoROM: the GPU computes all the same. */
const CODES: Readonly<Record<number, string>> = {
  2: 'an argument is wrong',
  3: 'it is not available on this device',
  4: 'no permission',
  6: 'not found',
  8: 'a power cable is missing',
  9: 'the driver is not loaded',
  10: 'an interrupt of the GPU was lost',
  12: 'the library of the driver is missing',
  13: 'the library lacks a function',
  14: 'the infoROM is damaged',
  15: 'the GPU fell off the bus',
  255: 'another error',
};
const ACCEPTED = [0, 14];

/** One question; errors stand on standard output and only the exit code tells them from an answer. */
export async function askSmi({ processes }: SmiEffects, argv: readonly string[]): Promise<SmiAnswer> {
  try {
    const { exitCode, stdout, stderr, timedOut } = await processes.run('nvidia-smi', argv, { deadline: DEADLINE });
    const text = `${stdout}\n${stderr}`.trim();
    if (timedOut) return { kind: 'failed', code: 255, text: 'nvidia-smi did not answer within 30 s' };
    if (ACCEPTED.includes(exitCode)) return { kind: 'answer', text: stdout.trim() };
    return { kind: 'failed', code: exitCode, text: text === '' ? describeCode(exitCode) : text };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { kind: 'missing', text: error.message };
  }
}

/** What an exit code of nvidia-smi says. */
export function describeCode(code: number): string {
  return `exit ${String(code)}: ${CODES[code] ?? 'an error without a name'}`;
}

const SENTINEL =
  /^(\[?N\/A\]?|\[?(Not Supported|Unknown Error|Insufficient Permissions|Function Not Found|Requested functionality has been deprecated|GPU is lost|GPU requires reset|Not Found)\]?|ERR!|)$/i;
/** Values that say the GPU is beyond answering. */
const DEAD = /^(\[?(Unknown Error|GPU is lost|GPU requires reset)\]?|ERR!)$/i;

/** A value of a row; null for what the driver does not tell. */
export function readValue(text: string | undefined): string | null {
  const value = (text ?? '').trim();
  return SENTINEL.test(value) ? null : value;
}

/** Whether a value is one of those a lost GPU gives. */
export function isDead(text: string | undefined): boolean {
  return DEAD.test((text ?? '').trim());
}

/** A number of a row, with or without its unit; null for what the driver does not tell. */
export function readNumber(text: string | undefined): number | null {
  const value = readValue(text);
  const number = value === null ? Number.NaN : Number.parseFloat(value);
  return Number.isFinite(number) ? number : null;
}

/** The values of one row of `--format=csv`. */
export function splitRow(line: string): string[] {
  return line.split(',').map((value) => value.trim());
}

/** Rows by field, of an answer to `--query-gpu=FIELDS`; a row of another length is none. */
export function readRows(text: string, fields: readonly string[]): ReadonlyMap<string, string>[] {
  return text
    .split('\n')
    .map(splitRow)
    .filter((row) => row.length === fields.length)
    .map((row) => new Map(fields.map((field, index) => [field, row[index] ?? ''])));
}

const INVALID_FIELD = /is not a valid field to query/i;

/** Asks with the first of the field sets that this driver knows: one unknown field fails the whole question. */
export async function askFields(
  effects: SmiEffects,
  query: string,
  sets: readonly (readonly string[])[],
): Promise<{ readonly fields: readonly string[]; readonly answer: SmiAnswer }> {
  let last: { readonly fields: readonly string[]; readonly answer: SmiAnswer } | undefined;
  for (const fields of sets) {
    const answer = await askSmi(effects, [`--${query}=${fields.join(',')}`, '--format=csv,noheader,nounits']);
    last = { fields, answer };
    if (answer.kind !== 'failed' || !INVALID_FIELD.test(answer.text)) return last;
  }
  if (last === undefined) throw new Error('there is no field set to ask with');
  return last;
}
