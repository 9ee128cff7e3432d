import { expect, test } from '@jest/globals';
import { pythonScripts } from '../../../../src/check/rules/python/python.scripts.ts';
import type { ImageRuntimeConfig } from '../../../../src/model/image.ts';
import { blankDescription, blankRuntime } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { distribution, program, PYTHON, pythonOf } from '../../../support/python-image.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

function judge(own: readonly TarSpec[], config: Partial<ImageRuntimeConfig> = {}, base: readonly TarSpec[] = PYTHON) {
  const { fact, files } = pythonOf(own, config, base);
  if (fact.state !== 'known') throw new Error(fact.state);
  const image = blankDescription({ config: blankRuntime({ command: ['python'], ...config }) });
  return checkRule(pythonScripts, { python: fact.value, files, image });
}
const own = distribution('uvicorn', '0.30', [], { scripts: ['uvicorn'] });

test.each<[string, readonly TarSpec[], string]>([
  [
    'a path',
    [program('usr/local/bin/serve', '#!/opt/venv/bin/python3\n')],
    '1 script (serve) start /opt/venv/bin/python3, which is not in the image',
  ],
  [
    'a long path',
    [program('usr/local/bin/serve', `#!/bin/sh\n'''exec' "/a b/bin/python" "$0" "$@"\n`)],
    '1 script (serve) start /a b/bin/python, which is not in the image',
  ],
  [
    'a name',
    [program('usr/local/bin/serve', '#!/usr/bin/env python3.9\n')],
    '1 script (serve) start python3.9, which is not in the image',
  ],
])('%s', (_, scripts, message) => {
  expect(messagesOf(judge([...own, ...scripts]))).toEqual([message]);
});

test('a virtual environment that was built elsewhere: its scripts are one finding', () => {
  const names = ['a', 'b', 'c', 'd'].map((name) => program(`opt/venv/bin/${name}`, '#!/build/venv/bin/python\n'));
  const files = [...distribution('own', '1', [], { site: 'opt/venv/lib/python3.11/site-packages' }), ...names];
  expect(messagesOf(judge(files))).toEqual([
    '4 scripts (a, b, c) start /build/venv/bin/python, which is not in the image',
  ]);
});

test.each<[string, readonly TarSpec[]]>([
  ['the interpreter is there', [program('usr/local/bin/serve', '#!/usr/local/bin/python\n')]],
  ['found on PATH', [program('usr/local/bin/serve', '#!/usr/bin/env python3\n')]],
  ['a shell script', [program('usr/local/bin/serve', '#!/gone/sh\n')]],
  [
    'a relative trampoline',
    [program('usr/local/bin/serve', `#!/bin/sh\n'''exec' "$(dirname "$0")"/'python' "$0" "$@"\n`)],
  ],
  // node:alpine has these without any Python.
  ['scripts outside of bin', [program('usr/local/lib/node_modules/gyp/gyp_main.py', '#!/usr/bin/env python9\n')]],
])('passes: %s', (_, scripts) => {
  expect(judge([...own, ...scripts])).toMatchObject({ status: 'passed' });
});

test('site-packages without the bin folder: the command is named with the distribution it belongs to', () => {
  const judgement = judge(own, { command: ['uvicorn', 'app:app'] });
  expect(messagesOf(judgement)).toEqual([
    'the command starts uvicorn, which is not in the image; uvicorn 0.30 is, and uvicorn is one of its scripts',
  ]);
  const there = [...own, program('usr/local/bin/uvicorn', '#!/usr/local/bin/python\n')];
  expect(judge(there, { command: ['uvicorn', 'app:app'] }).status).toBe('passed');
  expect(judge(own, { command: ['python', '-m', 'uvicorn'] }).status).toBe('passed');
  // Another missing program is no concern of Python's.
  expect(judge(own, { command: ['no-such-program'] }).status).toBe('passed');
});

test('a base image answers for itself', () => {
  const base = [...PYTHON, ...own, program('usr/local/bin/x', '#!/gone/python\n')];
  expect(judge([], {}, base).status).toBe('passed');
});
