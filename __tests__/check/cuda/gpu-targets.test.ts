import { expect, test } from '@jest/globals';
import { findUse } from '../../../src/check/cuda/gpu-targets.ts';

test.each<[readonly string[], string, string | undefined]>([
  [['sm_80'], '8.0', 'machine code'],
  [['sm_80'], '8.9', 'machine code'],
  [['sm_89'], '8.6', undefined],
  [['sm_80'], '9.0', undefined],
  [['sm_100'], '10.3', 'machine code'],
  [['sm_100'], '12.0', undefined],
  [['compute_80'], '8.0', 'ptx'],
  [['compute_80'], '12.0', 'ptx'],
  [['compute_90'], '8.9', undefined],
  [['compute_80', 'sm_90'], '9.0', 'machine code'],
  [['sm_90a'], '9.0', 'machine code'],
  [['sm_90a', 'compute_90a'], '10.0', undefined],
  [['sm_100a'], '10.3', undefined],
  [['sm_100f'], '10.3', 'machine code'],
  [['sm_100f', 'compute_100f'], '12.0', undefined],
  [['compute_100f'], '10.3', 'ptx'],
  [['compute_103f'], '10.0', undefined],
  [['gfx90a', 'sm_80b', ''], '9.0', undefined],
  [[], '8.0', undefined],
])('%p on %s: %s', (targets, capability, use) => {
  expect(findUse(targets, capability)).toBe(use);
});
