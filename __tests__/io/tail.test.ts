import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeTail } from '../../src/io/tail.ts';

test('keeps exactly the last bytes, however they arrive', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary-ascii' })), fc.integer({ min: 1, max: 40 }), (chunks, limit) => {
      const tail = makeTail(limit);
      for (const chunk of chunks) tail.push(Buffer.from(chunk, 'latin1'));
      expect(tail.text()).toBe(chunks.join('').slice(-limit));
    }),
  );
});

test('10 MB in small chunks cost little', () => {
  const tail = makeTail(256 * 1024);
  const chunk = Buffer.alloc(100, 'x');
  const started = performance.now();
  for (let index = 0; index < 100_000; index += 1) tail.push(chunk);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(tail.text()).toHaveLength(256 * 1024);
});
