import { z } from 'zod';
import type { Finding } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { nameCulprits } from '../../waste-culprits.ts';

const PERCENT = /^(?:100|\d{1,2}(?:\.\d+)?)%$/;
const settings = z.strictObject({
  least: z
    .string()
    .regex(PERCENT, 'a percentage such as 95%')
    .default('95%')
    .describe('Share of the file bytes in all layers that the final file system must show.'),
});

/** 1 − wasted ÷ all bytes of regular file bodies, as size.wasted counts them; an image without a byte is efficient. */
export const sizeEfficiency = defineRule({
  id: 'size.efficiency',
  title: 'Most of what is downloaded can be seen',
  severity: 'off',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['waste', 'image'],
  settings,
  check({ waste, image }, { settings: { least } }) {
    const share = waste.totalBodyBytes === 0 ? 1 : 1 - waste.wastedBytes / waste.totalBodyBytes;
    // Rounded down, so that a share that fails never looks like the one that passes.
    const seen = `${(Math.floor(share * 10_000) / 100).toFixed(2)}%`;
    if (share * 100 >= Number.parseFloat(least)) return { status: 'passed', seen };
    const total = `${seen} of the file bytes in the layers can be seen, ${least} wanted`;
    const [first, ...others] = nameCulprits(waste, image.layers).map(({ message, remedy }, index): Finding => ({
      message: index === 0 ? `${total}; most: ${message}` : message,
      seen,
      allowed: least,
      remedy,
    }));
    const remedy = 'Write every file once and delete in the RUN that creates.';
    return { status: 'failed', findings: [first ?? { message: total, seen, allowed: least, remedy }, ...others] };
  },
});
