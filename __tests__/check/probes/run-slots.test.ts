import { expect, test } from '@jest/globals';
import { makeRunSlots } from '../../../src/check/probes/run-slots.ts';

function makeWork() {
  const gates: { readonly name: string; readonly finish: () => void }[] = [];
  const started: string[] = [];
  const work = (name: string) => (): Promise<string> => {
    started.push(name);
    return new Promise((resolve) => {
      gates.push({
        name,
        finish: () => {
          resolve(name);
        },
      });
    });
  };
  const finish = async (name: string): Promise<void> => {
    gates.find((gate) => gate.name === name)?.finish();
    await new Promise(setImmediate);
  };
  return { started, work, finish };
}

test('four run at once on a small machine, in the order of asking', async () => {
  const slots = makeRunSlots({ cpus: 2, memoryBytes: 100e9 });
  const { started, work, finish } = makeWork();
  const all = Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => slots(1e6, work(name))));
  await new Promise(setImmediate);
  expect(started).toEqual(['a', 'b', 'c', 'd']);
  await finish('b');
  expect(started).toEqual(['a', 'b', 'c', 'd', 'e']);
  for (const name of ['a', 'c', 'd', 'e']) await finish(name);
  expect(await all).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('declared memory is never promised twice, and what is too big runs alone', async () => {
  const slots = makeRunSlots({ cpus: 8, memoryBytes: 10e9 });
  const { started, work, finish } = makeWork();
  const all = Promise.all([
    slots(5e9, work('a')),
    slots(5e9, work('b')),
    slots(50e9, work('huge')),
    slots(1e9, work('c')),
  ]);
  await new Promise(setImmediate);
  expect(started).toEqual(['a']);
  await finish('a');
  expect(started).toEqual(['a', 'b']);
  await finish('b');
  expect(started).toEqual(['a', 'b', 'huge']);
  await finish('huge');
  await finish('c');
  await all;
});

test('runs aside take no place from the others and have few of their own', async () => {
  const slots = makeRunSlots({ cpus: 2, memoryBytes: 100e9 });
  const { started, work, finish } = makeWork();
  const aside = ['x', 'y'].map((name) => slots(1e6, work(name), 'aside'));
  const timed = ['a', 'b', 'c', 'd', 'e'].map((name) => slots(1e6, work(name)));
  await new Promise(setImmediate);
  expect(started).toEqual(['x', 'a', 'b', 'c', 'd']);
  await finish('x');
  expect(started).toEqual(['x', 'a', 'b', 'c', 'd', 'y']);
  await finish('a');
  expect(started.at(-1)).toBe('e');
  for (const name of ['b', 'c', 'd', 'e', 'y']) await finish(name);
  expect(await Promise.all([...aside, ...timed])).toEqual(['x', 'y', 'a', 'b', 'c', 'd', 'e']);
});

test('memory that a timed run waits for is not given to one aside', async () => {
  const slots = makeRunSlots({ cpus: 8, memoryBytes: 10e9 });
  const { started, work, finish } = makeWork();
  const all = Promise.all([
    slots(5e9, work('a')),
    slots(5e9, work('b')),
    slots(1e9, work('x'), 'aside'),
    slots(20e9, work('huge'), 'aside'),
  ]);
  await new Promise(setImmediate);
  expect(started).toEqual(['a']);
  await finish('a');
  expect(started).toEqual(['a', 'b', 'x']);
  await finish('b');
  expect(started).toEqual(['a', 'b', 'x']);
  await finish('x');
  expect(started).toEqual(['a', 'b', 'x', 'huge']);
  await finish('huge');
  await all;
});

test('a failure gives its place back', async () => {
  const slots = makeRunSlots({ cpus: 1, memoryBytes: 1e9 });
  await expect(slots(undefined, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await slots(undefined, () => Promise.resolve('next'))).toBe('next');
});
