import type { ImageConfig } from '../../../model/config.ts';
import type { LayerSize } from '../../../model/facts.ts';
import { formatSize } from '../../../model/size.ts';
import type { Finding } from '../../../model/verdict.ts';
import { formatAgainst, nameLayer, placeOfBudget } from '../../budget.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** The unpacked bytes of each single layer: one changed byte in a layer makes every puller fetch all of it again. */
export const sizeLayerMax = defineRule({
  id: 'size.layer-max',
  title: 'No single layer is larger than the budget',
  severity: 'warning',
  keys: ['size.layer'],
  kinds: ['service', 'job'],
  needs: ['sizes'],
  settings: noSettings,
  check({ sizes }, { image }) {
    const allowed = image.size.layer;
    const largest = Math.max(0, ...sizes.layers.map((layer) => layer.unpackedBytes));
    if (allowed === undefined)
      return { status: 'skipped', reason: `no budget declared (largest: ${formatSize(largest)})` };
    const [first, ...others] = sizes.layers.flatMap((layer, index) => judgeLayer(layer, index, allowed, image));
    if (first !== undefined) return { status: 'failed', findings: [first, ...others] };
    return { status: 'passed', seen: `${formatSize(largest)} of ${formatSize(allowed)}` };
  },
});

function judgeLayer(layer: LayerSize, index: number, allowed: number, image: ImageConfig): Finding[] {
  if (layer.unpackedBytes <= allowed) return [];
  const words = formatAgainst(layer.unpackedBytes, allowed);
  const remedy = layer.base
    ? 'Start from a smaller base image or raise `size.layer`.'
    : 'Split the instruction so that what changes rarely stands in a layer of its own, or raise `size.layer`.';
  const message = `${nameLayer(layer, index)} unpacks to ${words.seen}, ${words.allowed} allowed`;
  return [{ message, ...words, ...placeOfBudget(image, 'size.layer'), remedy }];
}
