import { recordSchema, type RunRecord } from '../../src/model/record.ts';

type Path = readonly (string | number)[];

/** Every place of a record where the schema takes any text: what an image, a branch, a file name or a program may have put there. */
export function textPlaces(record: RunRecord): Path[] {
  return walk(record, []).filter((path) => recordSchema.safeParse(withText(record, path, 'any text')).success);
}

/** The record with another text at one place. */
export function withText(record: RunRecord, path: Path, text: string): RunRecord {
  return replaced(record, path, text) as RunRecord;
}

function walk(value: unknown, path: Path): Path[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    walk(entry, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function replaced(value: unknown, [key, ...rest]: Path, text: string): unknown {
  if (key === undefined) return text;
  if (Array.isArray(value))
    return value.map((entry: unknown, index) => (index === key ? replaced(entry, rest, text) : entry));
  const fields = value as Readonly<Record<string, unknown>>;
  return { ...fields, [key]: replaced(fields[key], rest, text) };
}
