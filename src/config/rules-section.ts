import { z } from 'zod';
import type { RuleEntry, RuleLevel } from '../model/config.ts';
import { describeExpectation, describeIssue } from './complaints.ts';
import type { Problem } from './complaints.ts';
import { formatPath, partAt, toPlain } from './located.ts';
import type { Located, LocatedEntry, Path } from './located.ts';
import { nearestWord, suggest } from './nearest.ts';
import type { RuleTable } from './rule-table.ts';
import { describeSeen } from './seen.ts';

const LEVELS: Readonly<Record<string, RuleLevel>> = { error: 'error', warn: 'warning', off: 'off' };
const EXPECTED = 'warn, error, off, true, or a map of settings';

export interface RulesSection {
  readonly rules: Readonly<Record<string, RuleEntry>>;
  readonly problems: readonly Problem[];
}

/** `rules:` by each rule's own schema; unknown ids are problems with the nearest id. */
export function readRules(root: Located, table: RuleTable): RulesSection {
  const section = partAt(root, ['rules']);
  if (section === undefined) return { rules: {}, problems: [] };
  if (section.kind !== 'map')
    return { rules: {}, problems: [complain(section, ['rules'], 'expected a map of rule ids')] };
  const problems: Problem[] = [];
  const rules: [string, RuleEntry][] = [];
  for (const [id, entry] of section.entries) {
    const read = readEntry(root, id, entry, table);
    if ('settings' in read) rules.push([id, read]);
    else problems.push(...read.problems);
  }
  return { rules: Object.fromEntries(rules), problems };
}

function complain(part: Located, path: Path, text: string): Problem {
  const message = `${formatPath(path)}: ${text}, seen ${describeSeen(part, path)}`;
  return { path, complaint: { message, place: part.place } };
}

interface Refusal {
  readonly problems: readonly Problem[];
}

function readEntry(root: Located, id: string, entry: LocatedEntry, table: RuleTable): RuleEntry | Refusal {
  const path = ['rules', id];
  const rule = Object.hasOwn(table, id) ? table[id] : undefined;
  if (rule === undefined) {
    const message = `rules: unknown rule \`${id.slice(0, 64)}\`${suggest(id, Object.keys(table))}`;
    return { problems: [{ path, complaint: { message, place: entry.keyPlace } }] };
  }
  const written = readLevel(entry.value, path);
  if ('problems' in written) return written;
  if (rule.always === true && (written.level === 'off' || written.level === 'warning')) {
    const text =
      'this rule is always an error; only an entry under `waivers:`, with its reason and expiry, lets an image through';
    return { problems: [complain(entry.value, path, text)] };
  }
  const parsed = strictly(rule.settings).safeParse(written.rest, { error: describeExpectation });
  if (!parsed.success) return { problems: parsed.error.issues.flatMap((issue) => describeIssue(issue, root, path)) };
  const level = written.level === undefined ? {} : { level: written.level };
  return { ...level, settings: parsed.data, place: entry.keyPlace };
}

/** A rule's author may forget to make the settings strict; an unknown setting is an error all the same. */
function strictly(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject ? schema.strict() : schema;
}

interface Written {
  readonly level?: RuleLevel;
  readonly rest: unknown;
}

function readLevel(value: Located, path: Path): Written | Refusal {
  if (value.kind === 'list') return { problems: [complain(value, path, `expected ${EXPECTED}`)] };
  if (value.kind === 'scalar') return readScalarLevel(value, path);
  const level = value.entries.get('level')?.value;
  const plain = toPlain(value);
  const rest = Object.fromEntries(Object.entries(plain ?? {}).filter(([key]) => key !== 'level'));
  if (level === undefined) return { rest };
  const known = levelOf(level);
  if (known === undefined) return { problems: [complainLevel(level, [...path, 'level'], 'warn, error or off')] };
  return { level: known, rest };
}

function readScalarLevel(value: Located, path: Path): Written | Refusal {
  if (value.kind === 'scalar' && value.value === true) return { rest: {} };
  const level = levelOf(value);
  return level === undefined ? { problems: [complainLevel(value, path, EXPECTED)] } : { level, rest: {} };
}

function levelOf(part: Located): RuleLevel | undefined {
  const word = part.kind === 'scalar' ? String(part.value) : '';
  return Object.hasOwn(LEVELS, word) ? LEVELS[word] : undefined;
}

const SYNONYMS: Readonly<Record<string, string>> = {
  false: 'off',
  warning: 'warn',
  on: 'true',
  none: 'off',
  fail: 'error',
};

function complainLevel(part: Located, path: Path, expected: string): Problem {
  const word = part.kind === 'scalar' ? String(part.value) : '';
  const near = (Object.hasOwn(SYNONYMS, word) ? SYNONYMS[word] : undefined) ?? nearestWord(word, Object.keys(LEVELS));
  const problem = complain(part, path, `expected ${expected}`);
  if (near === undefined) return problem;
  return {
    path,
    complaint: { ...problem.complaint, message: `${problem.complaint.message}; did you mean \`${near}\`?` },
  };
}
