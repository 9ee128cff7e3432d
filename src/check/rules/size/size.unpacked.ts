import { formatSize } from '../../../model/size.ts';
import { formatAgainst, placeOfBudget } from '../../budget.ts';
import { blameLayers, explainSize } from '../../layer-blame.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** Σ lengths of the decoded layer archives, in bytes; never the engine's own numbers (rules.md, fact 4). */
export const sizeUnpacked = defineRule({
  id: 'size.unpacked',
  title: 'The unpacked layers stay within the budget',
  severity: 'error',
  keys: ['size', 'size.unpacked'],
  kinds: ['service', 'job'],
  needs: ['sizes', 'files', 'waste'],
  settings: noSettings,
  check(facts, { image }) {
    const allowed = image.size.unpacked;
    const seen = facts.sizes.unpackedBytes;
    if (allowed === undefined)
      return { status: 'skipped', reason: `no budget declared (${formatSize(seen)} unpacked)` };
    if (seen <= allowed) return { status: 'passed', seen: `${formatSize(seen)} of ${formatSize(allowed)}` };
    const words = formatAgainst(seen, allowed);
    const blames = blameLayers(facts, { bytesOf: (layer) => layer.unpackedBytes });
    const total = `${words.seen} unpacked, ${words.allowed} allowed`;
    const common = { ...words, ...placeOfBudget(image, 'size.unpacked') };
    return { status: 'failed', findings: explainSize(common, total, blames, 'Raise `size:`.') };
  },
});
