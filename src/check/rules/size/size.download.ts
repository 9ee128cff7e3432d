import { formatSize } from '../../../model/size.ts';
import { formatAgainst, nameLargest, placeOfBudget } from '../../budget.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** Config blob plus each distinct layer blob once, in bytes as the registry serves them. */
export const sizeDownload = defineRule({
  id: 'size.download',
  title: 'What a pull downloads stays within the budget',
  severity: 'error',
  keys: ['size.download'],
  kinds: ['service', 'job'],
  needs: ['sizes'],
  settings: noSettings,
  check({ sizes }, { image }) {
    const allowed = image.size.download;
    const seen = sizes.downloadBytes;
    if (allowed === undefined)
      return { status: 'skipped', reason: `no budget declared (${formatSize(seen)} to download)` };
    if (sizes.repacked !== undefined) return { status: 'skipped', reason: sizes.repacked };
    if (seen <= allowed) return { status: 'passed', seen: `${formatSize(seen)} of ${formatSize(allowed)}` };
    const words = formatAgainst(seen, allowed);
    const largest = nameLargest(sizes.layers, (layer) => layer.size);
    return {
      status: 'failed',
      findings: [
        {
          message: `${words.seen} to download, ${words.allowed} allowed; largest: ${largest}`,
          ...words,
          ...placeOfBudget(image, 'size.download'),
          remedy: 'Make the largest layers smaller, try `compression: zstd`, or raise `size.download`.',
        },
      ],
    };
  },
});
