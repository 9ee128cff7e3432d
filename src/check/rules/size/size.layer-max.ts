import { formatSize } from '../../../model/size.ts';
import { formatAgainst, placeOfBudget } from '../../budget.ts';
import { blameLayers, explainSize } from '../../layer-blame.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** The unpacked bytes of each single layer: one changed byte in a layer makes every puller fetch all of it again. */
export const sizeLayerMax = defineRule({
  id: 'size.layer-max',
  title: 'No single layer is larger than the budget',
  severity: 'warning',
  keys: ['size.layer'],
  kinds: ['service', 'job'],
  needs: ['sizes', 'files', 'waste'],
  settings: noSettings,
  check(facts, { image }) {
    const { sizes } = facts;
    const allowed = image.size.layer;
    const largest = Math.max(0, ...sizes.layers.map((layer) => layer.unpackedBytes));
    if (allowed === undefined)
      return { status: 'skipped', reason: `no budget declared (largest: ${formatSize(largest)})` };
    const tooLarge = sizes.layers.filter(({ unpackedBytes }) => unpackedBytes > allowed).length;
    if (tooLarge === 0) return { status: 'passed', seen: `${formatSize(largest)} of ${formatSize(allowed)}` };
    const blames = blameLayers(facts, {
      bytesOf: (layer) => layer.unpackedBytes,
      among: ({ unpackedBytes }) => unpackedBytes > allowed,
    });
    const words = formatAgainst(largest, allowed);
    const total = `${countLayers(tooLarge)} larger than ${words.allowed}`;
    const common = { ...words, ...placeOfBudget(image, 'size.layer') };
    return { status: 'failed', findings: explainSize(common, total, blames, 'Raise `size.layer`.') };
  },
});

function countLayers(count: number): string {
  return count === 1 ? 'one layer is' : `${String(count)} layers are`;
}
