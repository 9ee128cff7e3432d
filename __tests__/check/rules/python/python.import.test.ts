import { expect, test } from '@jest/globals';
import { pythonImport } from '../../../../src/check/rules/python/python.import.ts';
import type { ImportFacts } from '../../../../src/model/python-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

function judge(imports: ImportFacts['imports'], brokeOff?: ImportFacts['brokeOff'], left = 0, settings: unknown = {}) {
  const facts = { imports: { imports, left, ...(brokeOff === undefined ? {} : { brokeOff }) } };
  return checkRule(pythonImport, facts, undefined, settings);
}
const compiled = (error?: string) => ({ module: 'cv2', declared: false, ...(error === undefined ? {} : { error }) });

test.each([
  'ImportError: libGL.so.1: cannot open shared object file: No such file or directory',
  'OSError: /x/y.so: undefined symbol: foo',
  "ImportError: /lib/libc.so.6: version `GLIBC_2.34' not found (required by /x.so)",
  'ImportError: Error loading shared library libstdc++.so.6: No such file or directory',
])('compiled code that does not load: %s', (error) => {
  const judgement = judge([compiled(error)]);
  expect(messagesOf(judgement)).toEqual([`import cv2 failed: ${error}`]);
  expect(judgement).toMatchObject({ findings: [{ remedy: expect.stringContaining('system package') }] });
});

test.each([
  undefined,
  // It may want a display, a configuration or a GPU, which a check does not have.
  "KeyError: 'DISPLAY'",
  "ModuleNotFoundError: No module named 'optional'",
  'ImportError: libcuda.so.1: cannot open shared object file: No such file or directory',
  'OSError: libnvidia-ml.so.1: cannot open shared object file',
])('what nobody declared passes with %s', (error) => {
  expect(judge([compiled(error)])).toEqual({ status: 'passed', seen: '1 module' });
});

test('a declared module must simply work', () => {
  const judgement = judge([{ module: 'api.main', declared: true, error: "KeyError: 'DATABASE_URL'" }]);
  expect(messagesOf(judgement)).toEqual(["import api.main failed: KeyError: 'DATABASE_URL'"]);
});

test('a crash is a finding, a declared import that does not end is undecided', () => {
  const crash = { module: 'cv2', declared: false, how: 'the interpreter ended with exit code 139' };
  expect(messagesOf(judge([], crash))).toEqual(['import cv2 failed: the interpreter ended with exit code 139']);
  const slow = { module: 'torch', declared: true, how: 'it did not end within 120 s' };
  expect(judge([compiled()], slow)).toEqual({
    status: 'undecided',
    reason: 'import torch: it did not end within 120 s',
  });
});

test('how much of its own sample was tried is said and decides nothing', () => {
  const slow = { module: 'numba', declared: false, how: 'it did not end within 120 s' };
  expect(judge([compiled()], slow, 3)).toEqual({
    status: 'passed',
    seen: '1 of 5 modules (numba: it did not end within 120 s)',
  });
  expect(judge([compiled()], undefined, 3)).toEqual({ status: 'passed', seen: '1 of 4 modules (no time left)' });
});

test('a module whose libraries nothing needs is accepted by name, unless it was declared', () => {
  const error = 'ImportError: libodbc.so.2: cannot open shared object file';
  const settings = { allow: ['cv2'] };
  expect(judge([compiled(error)], undefined, 0, settings).status).toBe('passed');
  expect(judge([{ ...compiled(error), declared: true }], undefined, 0, settings).status).toBe('failed');
});
