import type { SizeGrowth } from '../../../model/config.ts';
import type { BaselineFacts, SizeFacts } from '../../../model/facts.ts';
import { formatSize } from '../../../model/size.ts';
import { formatAgainst, nameLargest, placeOfBudget } from '../../budget.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

interface Growth {
  readonly metric: 'unpacked' | 'to download';
  readonly before: number;
  readonly after: number;
}

/** Growth against what the base branch published, in the metric that is known of both; only growth past both bounds fails. */
export const sizeGrowthVsMain = defineRule({
  id: 'size.growth-vs-main',
  title: 'The image grows no more than allowed against what the base branch published',
  severity: 'error',
  keys: ['size.growth'],
  kinds: ['service', 'job'],
  needs: ['sizes', 'baseline'],
  settings: noSettings,
  check({ sizes, baseline }, { image }) {
    const growth = measureGrowth(sizes, baseline);
    const words = describeGrowth(growth, baseline);
    const allowed = image.size.growth;
    if (allowed === undefined) return { status: 'skipped', reason: `no growth is declared (${words})` };
    if (growth.after - growth.before <= boundOf(growth.before, allowed)) return { status: 'passed', seen: words };
    const added = sizes.layers.filter((layer) => !baseline.layers.some(({ diffId }) => diffId === layer.diffId));
    const largest = nameLargest(added, (layer) => (growth.metric === 'unpacked' ? layer.unpackedBytes : layer.size));
    const bound = growth.before + boundOf(growth.before, allowed);
    return {
      status: 'failed',
      findings: [
        {
          message: `${words}; allowed are ${String(allowed.percent)} % and ${formatSize(allowed.atLeast)}; new: ${largest}`,
          ...formatAgainst(growth.after, Math.round(bound)),
          ...placeOfBudget(image, 'size.growth'),
          remedy: 'Take out what the new layers should not hold, or raise `size.growth` for this change.',
        },
      ],
    };
  },
});

function measureGrowth(sizes: SizeFacts, baseline: BaselineFacts): Growth {
  return baseline.unpackedBytes === undefined
    ? { metric: 'to download', before: baseline.downloadBytes, after: sizes.downloadBytes }
    : { metric: 'unpacked', before: baseline.unpackedBytes, after: sizes.unpackedBytes };
}

/** Bytes that an image may grow: past one bound alone nothing fails. */
function boundOf(before: number, { percent, atLeast }: SizeGrowth): number {
  return Math.max((before * percent) / 100, atLeast);
}

function describeGrowth({ metric, before, after }: Growth, { reference, branch }: BaselineFacts): string {
  const difference = after - before;
  const sign = difference < 0 ? '−' : '+';
  const share = before === 0 ? '' : ` (${sign}${((Math.abs(difference) / before) * 100).toFixed(1)} %)`;
  return `${sign}${formatSize(Math.abs(difference))}${share} ${metric} against ${reference} of ${branch}, ${formatSize(before)}`;
}
