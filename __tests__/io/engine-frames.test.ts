import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { demultiplex, makeDemultiplexer, type Frame } from '../../src/io/engine-frames.ts';

function encode(stream: Frame['stream'], text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = stream === 'stderr' ? 2 : 1;
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

test('both streams are told apart and kept in order', () => {
  const body = Buffer.concat([encode('stdout', 'a\n'), encode('stderr', 'b\n'), encode('stdout', 'c\n')]);
  expect(demultiplex(body)).toEqual({ stdout: 'a\nc\n', stderr: 'b\n', both: 'a\nb\nc\n' });
});

test('an unfinished frame is left out', () => {
  const body = Buffer.concat([encode('stdout', 'whole'), encode('stdout', 'half').subarray(0, 10)]);
  expect(demultiplex(body).stdout).toBe('whole');
  expect(demultiplex(Buffer.alloc(0))).toEqual({ stdout: '', stderr: '', both: '' });
});

test('chunks may be cut anywhere', () => {
  const frame = fc.record({ stream: fc.constantFrom('stdout' as const, 'stderr' as const), text: fc.string() });
  fc.assert(
    fc.property(fc.array(frame), fc.integer({ min: 1, max: 20 }), (frames, step) => {
      const body = Buffer.concat(frames.map(({ stream, text }) => encode(stream, text)));
      const split = makeDemultiplexer();
      const seen: Frame[] = [];
      for (let at = 0; at < body.length; at += step) seen.push(...split(body.subarray(at, at + step)));
      expect(seen.map(({ stream, bytes }) => ({ stream, text: bytes.toString() }))).toEqual(frames);
    }),
  );
});
