import { formatSize } from '../../../model/size.ts';
import { formatAgainst, nameLargest, placeOfBudget } from '../../budget.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** Σ lengths of the decoded layer archives, in bytes; never the engine's own numbers (rules.md, fact 4). */
export const sizeUnpacked = defineRule({
  id: 'size.unpacked',
  title: 'The unpacked layers stay within the budget',
  severity: 'error',
  keys: ['size', 'size.unpacked'],
  kinds: ['service', 'job'],
  needs: ['sizes'],
  settings: noSettings,
  check({ sizes }, { image }) {
    const allowed = image.size.unpacked;
    const seen = sizes.unpackedBytes;
    if (allowed === undefined)
      return { status: 'skipped', reason: `no budget declared (${formatSize(seen)} unpacked)` };
    if (seen <= allowed) return { status: 'passed', seen: `${formatSize(seen)} of ${formatSize(allowed)}` };
    const words = formatAgainst(seen, allowed);
    const largest = nameLargest(sizes.layers, (layer) => layer.unpackedBytes);
    return {
      status: 'failed',
      findings: [
        {
          message: `${words.seen} unpacked, ${words.allowed} allowed; largest: ${largest}`,
          ...words,
          ...placeOfBudget(image, 'size.unpacked'),
          remedy: 'Make the largest layers smaller (multi-stage build, fewer packages, smaller base) or raise `size:`.',
        },
      ],
    };
  },
});
