import { expect, test } from '@jest/globals';
import { observePython } from '../../../src/check/probes/python-run.ts';
import { Fault } from '../../../src/model/fault.ts';
import { blankImage } from '../../support/blank.ts';
import { runtimeOf } from '../../support/python-image.ts';
import { makeSingleFake, type SingleScript } from '../../support/single-container.ts';

const TASK = { declared: ['api.main'], compiled: ['cv2', 'numpy'] };
async function observe(script: SingleScript) {
  const fake = makeSingleFake(script);
  const fact = await observePython(fake.effects, blankImage(), 'it', runtimeOf([]), TASK, { directory: '/project' });
  return { fact, specs: fake.specs };
}
const lines = (...events: readonly unknown[]) => events.map((event) => JSON.stringify(event)).join('\n');
const CHECKED = { tool: 'pip check', exit: 0, output: 'No broken requirements found.' };

test('the Python of the image is told what to do, declared modules first', async () => {
  const { specs } = await observe({ exitCode: 0, stdout: lines({ done: true }) });
  const [spec] = specs;
  expect(spec?.entrypoint).toEqual(['/usr/local/bin/python']);
  expect(spec?.command?.[0]).toBe('-c');
  expect(JSON.parse(spec?.command?.[2] ?? '')).toEqual({ ...TASK, seconds: 45 });
});

test('what it said is put together; lines that are no events are left out', async () => {
  const stdout = `warming up\n${lines(
    CHECKED,
    { begin: 'api.main' },
    { end: 'api.main' },
    { begin: 'cv2' },
    { end: 'cv2', error: 'ImportError: libGL.so.1' },
    { begin: 'numpy' },
    { end: 'numpy' },
    { done: true },
  )}`;
  expect((await observe({ exitCode: 0, stdout })).fact).toEqual({
    state: 'known',
    value: {
      check: { tool: 'pip check', exitCode: 0, output: 'No broken requirements found.' },
      imports: {
        left: 0,
        imports: [
          { module: 'api.main', declared: true },
          { module: 'cv2', declared: false, error: 'ImportError: libGL.so.1' },
          { module: 'numpy', declared: false },
        ],
      },
    },
  });
});

test('those for which no time was left are counted', async () => {
  const stdout = lines({ begin: 'api.main' }, { end: 'api.main' }, { done: true });
  expect((await observe({ exitCode: 0, stdout })).fact).toMatchObject({ value: { imports: { left: 2 } } });
});

test.each<[SingleScript, string]>([
  [{ exitCode: 139 }, 'the interpreter ended with exit code 139'],
  [{}, 'it did not end within 120 s'],
  [{ exitCode: 137, oomKilled: true }, 'it was killed for memory'],
])('an import in the middle of which it ended is named: %p', async (script, how) => {
  const stdout = lines({ begin: 'api.main' }, { end: 'api.main' }, { begin: 'cv2' });
  expect((await observe({ ...script, stdout })).fact).toMatchObject({
    value: { imports: { left: 1, brokeOff: { module: 'cv2', how, declared: false } } },
  });
});

test.each<[string, SingleScript, string]>([
  [
    'an interpreter that does not start',
    {
      failure: {
        call: 'startContainer',
        error: new Fault('no such file or directory', { kind: 'environment' }),
      },
    },
    'did not start: no such file or directory',
  ],
  [
    'one that ends before it did anything',
    { exitCode: 1, stderr: 'Fatal Python error: init_fs_encoding\nModuleNotFoundError: encodings\n' },
    'ended with exit code 1 before it did anything: ModuleNotFoundError: encodings',
  ],
  [
    'an engine that does not answer',
    { failure: { call: 'createContainer', error: new Fault('no answer', { kind: 'environment' }) } },
    'no answer',
  ],
])('%s leaves it undecided', async (_, script, reason) => {
  expect((await observe(script)).fact).toMatchObject({
    state: 'undecided',
    reason: expect.stringContaining(reason),
  });
});
