import { expect, test } from '@jest/globals';
import type { Effects } from '../../src/model/effects.ts';
import { stoppedBy } from '../../src/model/fault.ts';
import { clearAbandoned } from '../../src/pipeline/abandoned.ts';
import type { Request } from '../../src/pipeline/request.ts';

function makeRun(remove: () => Promise<void>, { containers = true, signal = new AbortController().signal } = {}) {
  const said: string[] = [];
  const effects = {
    engine: { removeAbandoned: remove },
    signal,
    output: { stderr: (text: string) => said.push(text) },
  };
  return { said, run: { effects: effects as unknown as Effects, request: { containers } as Request } };
}

test('what killed runs left goes where containers are started, and nothing is asked where none are', async () => {
  let count = 0;
  const remove = () => Promise.resolve(void (count += 1));
  await clearAbandoned(makeRun(remove).run);
  expect(count).toBe(1);
  await clearAbandoned(makeRun(remove, { containers: false }).run);
  expect(count).toBe(1);
});

test('what cannot be removed is told and stops nobody, unless the run itself is to stop', async () => {
  const refuse = () => Promise.reject(new Error('device is busy'));
  const { run, said } = makeRun(refuse);
  await clearAbandoned(run);
  expect(said).toEqual([expect.stringContaining('still there: device is busy')]);
  const stopping = AbortSignal.abort(stoppedBy('SIGTERM'));
  await expect(clearAbandoned(makeRun(refuse, { signal: stopping }).run)).rejects.toThrow('stopped by SIGTERM');
});
