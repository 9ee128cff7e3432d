import { z } from 'zod';
import type { ImageConfig } from '../../../model/config.ts';
import type { WasteFacts } from '../../../model/facts.ts';
import type { LayerDescriptor } from '../../../model/image.ts';
import { formatSize } from '../../../model/size.ts';
import type { Finding } from '../../../model/verdict.ts';
import { formatAgainst, placeOfBudget } from '../../budget.ts';
import { defineRule } from '../../rule.ts';
import { sizeSetting } from '../../settings.ts';
import { nameCulprits } from '../../waste-culprits.ts';

const settings = z.strictObject({
  allow: sizeSetting
    .default(20_000_000)
    .describe('Wasted bytes that are tolerated where `size.wasted` declares nothing.'),
});

/** Bytes of regular file bodies in all layers minus those reachable in the merged view; hard links counted once. */
export const sizeWasted = defineRule({
  id: 'size.wasted',
  title: 'Little is downloaded that the final file system does not show',
  severity: 'error',
  keys: ['size.wasted'],
  kinds: ['service', 'job'],
  needs: ['waste', 'image'],
  settings,
  check({ waste, image: description }, { image, settings: { allow } }) {
    const allowed = image.size.wasted ?? allow;
    if (waste.wastedBytes <= allowed) {
      return { status: 'passed', seen: `${formatSize(waste.wastedBytes)} of ${formatSize(allowed)}` };
    }
    return { status: 'failed', findings: findCulprits(waste, description.layers, allowed, image) };
  },
});

function findCulprits(
  waste: WasteFacts,
  layers: readonly LayerDescriptor[],
  allowed: number,
  image: ImageConfig,
): [Finding, ...Finding[]] {
  const common = { ...formatAgainst(waste.wastedBytes, allowed), ...placeOfBudget(image, 'size.wasted') };
  const total = `${common.seen} wasted, ${common.allowed} allowed`;
  const [first, ...others] = nameCulprits(waste, layers);
  if (first === undefined) {
    return [{ ...common, message: total, remedy: 'Write every file once and delete in the RUN that creates.' }];
  }
  return [
    { ...common, message: `${total}; most: ${first.message}`, remedy: first.remedy },
    ...others.map(({ message, remedy }) => ({ ...common, message, remedy })),
  ];
}
