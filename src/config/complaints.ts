import { z } from 'zod';
import type { Complaint } from '../model/fault.ts';
import { formatPath, keyPlaceAt, partAt, valuePlaceAt } from './located.ts';
import type { Located, Path } from './located.ts';
import { nearestWord, suggest } from './nearest.ts';
import { describeSeen } from './seen.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

export interface Problem {
  readonly path: Path;
  readonly complaint: Complaint;
}

/** What was expected, for schemas that do not say it themselves (passed to every parse). */
export function describeExpectation(issue: RawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => describeUnknownKey(key, keysOf(issue.inst))).join('\n');
  }
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_type') return TYPES[issue.expected] ?? issue.expected;
  if (issue.code === 'too_small')
    return `at least ${String(issue.minimum)}${issue.origin === 'array' ? ' entries' : ''}`;
  if (issue.code === 'too_big') return `at most ${String(issue.maximum)}${issue.origin === 'array' ? ' entries' : ''}`;
  return undefined;
}

function describeUnknownKey(key: string, known: readonly string[]): string {
  return `unknown key \`${key.slice(0, 64)}\`${suggest(key, known)}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
};

function keysOf(schema: unknown): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The complaints of one schema issue; `prefix` is where the parsed part stands in the file. */
export function describeIssue(issue: Issue, root: Located, prefix: Path = []): Problem[] {
  const path = [...prefix, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return describeUnknownKeys(issue.keys, issue.message.split('\n'), root, path);
    case 'invalid_key':
      return [describeKey(issue.issues[0]?.message ?? 'another key', root, path)];
    case 'invalid_union':
      return describeUnion(issue, root, path);
    case 'custom':
      return [describeCustom(issue, root, path)];
    case 'invalid_value':
      return [describeValue(issue.message, wordsOf(issue), root, path)];
    case 'invalid_type':
    case 'invalid_format':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'too_small':
    case 'too_big':
      return [describeValue(issue.message, [], root, path)];
  }
}

/** The words a choice offers; a number is not misspelt. */
function wordsOf(issue: z.core.$ZodIssueInvalidValue): string[] {
  return issue.values.filter((value) => typeof value === 'string');
}

function problem(path: Path, text: string, place: Complaint['place']): Problem {
  const name = formatPath(path);
  const message = name === '' ? text : `${name}: ${text}`;
  return { path, complaint: place === undefined ? { message } : { message, place } };
}

function describeUnknownKeys(
  keys: readonly string[],
  messages: readonly string[],
  root: Located,
  path: Path,
): Problem[] {
  return keys.map((key, index) => {
    const text = messages[index] ?? `unknown key \`${key.slice(0, 64)}\``;
    return { ...problem(path, text, keyPlaceAt(root, [...path, key])), path: [...path, key] };
  });
}

function describeKey(expected: string, root: Located, path: Path): Problem {
  return problem(path, `the key is not ${expected}`, keyPlaceAt(root, path));
}

function describeCustom(issue: z.core.$ZodIssueCustom, root: Located, path: Path): Problem {
  if (issue.params?.['expected'] === true) return describeValue(issue.message, [], root, path);
  if (issue.params?.['complete'] === true) return problem(path, issue.message, valuePlaceAt(root, path));
  return problem(path, `${issue.message}; seen ${describeSeen(partAt(root, path), path)}`, valuePlaceAt(root, path));
}

function describeValue(expected: string, words: readonly string[], root: Located, path: Path): Problem {
  const part = partAt(root, path);
  if (part === undefined) return problem(path, `missing; expected ${expected}`, valuePlaceAt(root, path));
  const near = part.kind === 'scalar' ? nearestWord(String(part.value), words) : undefined;
  const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
  return problem(path, `expected ${expected}, seen ${describeSeen(part, path)}${hint}`, part.place);
}

/** A union complains about the form that was plainly meant, else names all of them. */
function describeUnion(issue: z.core.$ZodIssueInvalidUnion, root: Located, path: Path): Problem[] {
  const meant = issue.errors.find((issues) => issues.some(isInside) && !issues.some(isOtherType));
  if (meant !== undefined) return meant.flatMap((inner) => describeIssue(inner, root, path));
  const words = issue.errors
    .flat()
    .flatMap((inner) => (inner.code === 'invalid_value' ? inner.values.map(String) : []));
  return [describeValue(issue.message, words, root, path)];
}

function isInside(issue: Issue): boolean {
  return issue.path.length > 0 || issue.code === 'unrecognized_keys' || issue.code === 'too_small';
}

function isOtherType(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code === 'invalid_type';
}
