import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { arakis } from '../script/systems.d/arakis.ts';
import { demeter } from '../script/systems.d/demeter.ts';
import { haystack } from '../script/systems.d/haystack.ts';
import { healthbench } from '../script/systems.d/healthbench.ts';
import { onpremRag } from '../script/systems.d/onprem-rag.ts';
import { judgeRow, writePage } from '../script/systems.d/page.ts';
import type { Row } from '../script/systems.d/row.ts';
import { RULES } from '../src/check/rules/index.ts';

const SYSTEMS = [haystack, demeter, healthbench, arakis, onpremRag];
const COUNTS = { H: 13, D: 17, F: 16, A: 12, R: 14 };
const ROWS = Object.entries(COUNTS).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${String(index + 1)}`),
);
const row = (more: Partial<Row>): Row => ({
  id: 'X1',
  kind: 'E',
  requirement: '',
  sources: [() => ({ where: '', value: '' })],
  ...more,
});
const seen = (met?: boolean) => ({ where: '', value: '', ...(met === undefined ? {} : { met }) });

test('every requirement has one row, in order', () => {
  expect(SYSTEMS.flatMap(({ rows }) => rows.map(({ id }) => id))).toEqual(ROWS);
});

test('the committed page has every row', () => {
  const page = readFileSync(new URL('../docs/systems.md', import.meta.url), 'utf8');
  const ids = [...page.matchAll(/^\| ([A-Z]\d+)\s*\|/gm)].map(([, id]) => id);
  expect(ids).toEqual(ROWS);
});

test('what is enforced or measured has a source, and what is outside says what to do instead', () => {
  const rows = SYSTEMS.flatMap(({ rows: own }) => own);
  expect(rows.filter(({ kind, sources }) => kind !== 'O' && sources.length === 0)).toEqual([]);
  expect(
    rows.filter(({ kind, sources, outside }) => kind === 'O' && (sources.length > 0 || outside === undefined)),
  ).toEqual([]);
});

test('every rule that a row names exists', () => {
  const known = new Set<string>(RULES.map(({ id }) => id));
  const page = writePage(SYSTEMS, { runs: new Map(), builds: [] });
  const named = [...page.matchAll(/`([a-z]+\.[a-z0-9-]+)`,/g)].map(([, id]) => id ?? '');
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((id) => !known.has(id))).toEqual([]);
});

describe('the verdict of a row', () => {
  test.each([
    ['a rule passed', row({}), [seen(true), seen()], true, 'met'],
    ['a rule failed', row({}), [seen(true), seen(false)], false, 'not met'],
    ['a number on stand-ins', row({ ofBase: true }), [seen(true)], true, 'not comparable'],
    ['the same on public bases', row({ ofBase: true }), [seen(true)], false, 'met'],
    ['a failure on stand-ins', row({ ofBase: true }), [seen(false)], true, 'not met'],
    ['nothing ran', row({}), [seen()], true, 'not seen'],
    ['one half ran', row({}), [seen(true), { where: '', value: 'not run: it needs a GPU machine' }], true, 'not seen'],
    ['nothing to run', row({ sources: [], outside: 'elsewhere' }), [], true, 'outside'],
    ['a number nobody can reach', row({ unreachable: 'infeasible' }), [seen(false)], true, 'infeasible'],
    ['the same without evidence', row({ unreachable: 'infeasible' }), [seen(true)], true, 'not seen'],
  ])('%s', (_, given, found, standIns, expected) => {
    expect(judgeRow(given, found, standIns)).toBe(expected);
  });
});
