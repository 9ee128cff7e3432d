import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeLineCutter } from '../../src/build/lines.ts';

function cut(chunks: readonly Uint8Array[], limit?: number): readonly string[] {
  const lines: string[] = [];
  const cutter = makeLineCutter((line) => lines.push(line), limit);
  chunks.forEach(cutter.push);
  cutter.end();
  return lines;
}

test('the same lines come out however the bytes are chopped', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'ü', '\n', '😀', ' ') });
  fc.assert(
    fc.property(text, fc.array(fc.nat({ max: 12 })), (content, sizes) => {
      const bytes = Buffer.from(content);
      const chunks: Uint8Array[] = [];
      let from = 0;
      for (const size of sizes) {
        chunks.push(bytes.subarray(from, from + size));
        from += size;
      }
      chunks.push(bytes.subarray(from));
      const expected = content.split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(cut(chunks)).toEqual(expected);
    }),
  );
});

test('a chunk that its owner writes over afterwards does no harm', () => {
  const lines: string[] = [];
  const cutter = makeLineCutter((line) => lines.push(line));
  const chunk = Buffer.from('first');
  cutter.push(chunk);
  chunk.fill('x');
  cutter.push(Buffer.from(' half\n'));
  expect(lines).toEqual(['first half']);
});

test('a line longer than the limit comes out cut, and the next one whole', () => {
  expect(cut([Buffer.from('aaaa'), Buffer.from('bbbb\nshort\n')], 6)).toEqual(['aaaabb', 'short']);
});

test('10 MB in one line, in pieces, cost less than a second', () => {
  const piece = Buffer.alloc(1000, 'x');
  const started = performance.now();
  const [line] = cut(Array.from({ length: 10_000 }, () => piece));
  expect(performance.now() - started).toBeLessThan(1000);
  expect(line).toHaveLength(10_000_000);
});
