import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { gpuCodeTarget } from '../script/fuzz.d/gpu-code.ts';
import { tarTarget, whiteoutTarget } from '../script/fuzz.d/layers.ts';
import { fuzz } from '../script/fuzz.d/session.ts';
import { configTarget, dockerfileTarget } from '../script/fuzz.d/texts.ts';

const KEPT = join('__tests__', 'fixtures', 'fuzz');
const TARGETS = [tarTarget, whiteoutTarget, configTarget, dockerfileTarget, gpuCodeTarget];

/** Inputs that once broke the reader (script/fuzz keeps them). */
function listKept(name: string): string[] {
  return readdirSync(KEPT).includes(name) ? readdirSync(join(KEPT, name)) : [];
}

describe.each(TARGETS)('$name', (target) => {
  test('a short session finds no defect', () => {
    const result = fuzz(target, { seed: 7, goOn: (runs) => runs < 400 });
    expect(result.found.map(({ input, error }) => `${String(error)}: ${input.toString('base64')}`)).toEqual([]);
    expect(result.runs).toBe(400);
    expect(result.corpus.length).toBeGreaterThan(10);
  }, 60_000);

  const kept = listKept(target.name);
  if (kept.length > 0) {
    test.each(kept)('%s is read without a defect', (file) => {
      expect(target.run(readFileSync(join(KEPT, target.name, file)))).toEqual(expect.any(String));
    });
  }
});

test('a defect is found and kept apart from the outcomes', () => {
  const broken = {
    name: 'broken',
    seeds: () => [Buffer.from('abc')],
    words: ['!'],
    run: (input: Buffer) => {
      if (input.includes(0x21)) throw new RangeError('!');
      return String(input.length);
    },
  };
  const result = fuzz(broken, { seed: 1, goOn: (runs) => runs < 2000 });
  expect(result.found.map(({ error }) => String(error))).toEqual(['RangeError: !']);
});
