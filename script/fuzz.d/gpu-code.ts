import { createCodeReader } from '../../src/image/gpu-code.ts';
import { concatenatedFatBinary, elfWith, fatBinary } from '../../__tests__/support/fat-binary.ts';
import { type FuzzTarget, mustHold } from './target.ts';

function readCode(input: Buffer, step: number): string {
  const reader = createCodeReader();
  reader.open({ path: 'x', mode: 0o644, position: 0 });
  for (let at = 0; at < input.length; at += step) reader.body(input, at, Math.min(at + step, input.length));
  reader.close();
  return (reader.found.get(0) ?? []).join(' ');
}

/** The reader of fat binaries: the same answer whatever pieces the bytes come in. */
export const gpuCodeTarget: FuzzTarget = {
  name: 'gpu-code',
  seeds: () => [
    elfWith(fatBinary('sm_80', 'sm_90a', { target: 'compute_90', header: 80 }), fatBinary('sm_100f')),
    elfWith(concatenatedFatBinary(['sm_80', 'compute_90a']), concatenatedFatBinary(['sm_120'], 36)),
    fatBinary({ target: 'sm_75', bytes: 300 }),
    elfWith(),
    Buffer.alloc(0),
  ],
  words: [
    '\u007fELF',
    '\u0050\u00ed\u0055\u00ba\u0001\0\u0010\0',
    '\u0050\u00ed\u0055\u00ba',
    '\u0002\0\u0001\u0001\u0040\0\0\0',
    '\u0000\u0001\u0001\u0001',
    '\u0018\0\0\0\0\0\0\0',
    '\0'.repeat(64),
  ],
  run: (input) => {
    const whole = readCode(input, Math.max(1, input.length));
    for (const step of [1, 7, 63, 64]) {
      mustHold(readCode(input, step) === whole, `pieces of ${String(step)} bytes are read differently`);
    }
    return whole;
  },
};
