import { formatSize } from '../../../model/size.ts';
import { formatAgainst, placeOfBudget } from '../../budget.ts';
import { blameLayers, explainSize } from '../../layer-blame.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** Σ unpacked bytes of the layers above the base image: the longest common prefix of diff ids with the base that was resolved, never guessed from history. */
export const sizeGrowthVsBase = defineRule({
  id: 'size.growth-vs-base',
  title: 'What the image adds to its base stays within the budget',
  severity: 'warning',
  keys: ['size.growth-vs-base'],
  kinds: ['service', 'job'],
  needs: ['sizes', 'files', 'waste', 'image'],
  settings: noSettings,
  check(facts, { image }) {
    const { sizes, image: description } = facts;
    const own = sizes.layers.filter(({ base }) => !base).reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
    const split = `${formatSize(own)} of its own, ${formatSize(sizes.unpackedBytes - own)} from the base image`;
    const allowed = image.size.growthVsBase;
    if (allowed === undefined) return { status: 'skipped', reason: `no budget declared (${split})` };
    if (description.baseKnown !== true) return { status: 'undecided', reason: description.baseSource };
    if (own <= allowed) return { status: 'passed', seen: split };
    const words = formatAgainst(own, allowed);
    const blames = blameLayers(facts, { bytesOf: (layer) => layer.unpackedBytes, among: ({ base }) => !base });
    const total = `${words.seen} beside the base image, ${words.allowed} allowed`;
    const common = { ...words, ...placeOfBudget(image, 'size.growth-vs-base') };
    return { status: 'failed', findings: explainSize(common, total, blames, 'Raise `size.growth-vs-base`.') };
  },
});
