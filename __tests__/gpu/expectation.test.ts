import { expect, test } from '@jest/globals';
import { tailOf } from '../../src/gpu/container.ts';
import { compareEnd, findJson, isPart } from '../../src/gpu/expectation.ts';

const END = { exitCode: 0, elapsed: 1, timedOut: false, cancelled: false, outOfMemory: false, stderr: '', tail: [] };

test.each([
  ['{"a": 1}', { a: 1 }],
  ['loading\n{"a": 1}\n', { a: 1 }],
  ['{"a": 1}\n{"b": 2}\ndone\n', { b: 2 }],
  ['{\n "a": 1\n}', { a: 1 }],
  ['[1]', [1]],
  ['42', undefined],
  ['', undefined],
])('the JSON of %j', (stdout, value) => {
  expect(findJson(stdout)).toEqual(value);
});

test.each([
  [{ a: 1 }, { a: 1, b: 2 }, true],
  [{ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 2, d: 3 }] } }, true],
  [{ a: 1 }, { a: '1' }, false],
  [{ a: [1] }, { a: [1, 2] }, false],
  [{ a: null }, {}, false],
  [{ toString: 1 }, {}, false],
  [[], [], true],
])('%j is part of %j: %s', (expected, seen, part) => {
  expect(isPart(expected, seen)).toBe(part);
});

test('each expectation says what was seen', () => {
  const results = compareEnd(
    { exit: 0, stdout: /done/, json: { ok: true } },
    { ...END, exitCode: 3, stdout: 'nothing' },
  );
  expect(results).toEqual([
    { what: 'exit 0', seen: '3', passed: false },
    { what: 'stdout /done/', seen: 'nothing', passed: false },
    { what: 'JSON {"ok":true}', seen: 'no JSON', passed: false },
  ]);
});

test('a log is cut to what a report shows', () => {
  const lines = tailOf(`${'x'.repeat(10_000)}\n`.repeat(500));
  expect([lines.length, lines[0]?.length]).toEqual([60, 500]);
});
