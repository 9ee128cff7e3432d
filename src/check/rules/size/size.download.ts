import { formatSize } from '../../../model/size.ts';
import { formatAgainst, placeOfBudget } from '../../budget.ts';
import { blameLayers, explainSize } from '../../layer-blame.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** Config blob plus each distinct layer blob once, in bytes as the registry serves them. */
export const sizeDownload = defineRule({
  id: 'size.download',
  title: 'What a pull downloads stays within the budget',
  severity: 'error',
  keys: ['size.download'],
  kinds: ['service', 'job'],
  needs: ['sizes', 'files', 'waste'],
  settings: noSettings,
  check(facts, { image }) {
    const { sizes } = facts;
    const allowed = image.size.download;
    const seen = sizes.downloadBytes;
    if (allowed === undefined)
      return { status: 'skipped', reason: `no budget declared (${formatSize(seen)} to download)` };
    if (sizes.repacked !== undefined) return { status: 'skipped', reason: sizes.repacked };
    if (seen <= allowed) return { status: 'passed', seen: `${formatSize(seen)} of ${formatSize(allowed)}` };
    const words = formatAgainst(seen, allowed);
    const blames = blameLayers(facts, { bytesOf: (layer) => layer.size });
    const total = `${words.seen} to download, ${words.allowed} allowed`;
    const common = { ...words, ...placeOfBudget(image, 'size.download') };
    const otherwise = 'Try `compression: zstd`, or raise `size.download`.';
    return { status: 'failed', findings: explainSize(common, total, blames, otherwise) };
  },
});
