import { expect, test } from '@jest/globals';
import { abandonOn } from '../../src/check/abandon.ts';
import { whenAllEnded } from '../../src/check/all-ended.ts';

test('the values come in the order of the works, promised or not', async () => {
  await expect(whenAllEnded([Promise.resolve(1), 'two', undefined])).resolves.toEqual([1, 'two', undefined]);
});

test('an error is thrown only when every other work has ended', async () => {
  const slow = Promise.withResolvers<string>();
  const told: string[] = [];
  const all = whenAllEnded([Promise.reject(new Error('first')), slow.promise]).catch((error: unknown) => {
    told.push(String(error));
  });
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  expect(told).toEqual([]);
  slow.resolve('done');
  await all;
  expect(told).toEqual(['Error: first']);
});

test('work is abandoned when the signal comes, before or while it goes on', async () => {
  const stop = new AbortController();
  const never = abandonOn(stop.signal, new Promise<string>(() => undefined));
  stop.abort(new Error('stopped'));
  await expect(never).rejects.toThrow('stopped');
  await expect(abandonOn(stop.signal, new Promise<string>(() => undefined))).rejects.toThrow('stopped');
});

test('work that ends, or fails, by itself does so', async () => {
  const { signal } = new AbortController();
  await expect(abandonOn(signal, Promise.resolve('done'))).resolves.toBe('done');
  await expect(abandonOn(signal, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});
