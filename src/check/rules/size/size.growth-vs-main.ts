import type { SizeGrowth } from '../../../model/config.ts';
import type { BaselineFacts, LayerSize, SizeFacts } from '../../../model/facts.ts';
import { formatSize } from '../../../model/size.ts';
import { formatAgainst, placeOfBudget } from '../../budget.ts';
import { blameLayers, explainSize } from '../../layer-blame.ts';
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
  needs: ['sizes', 'files', 'waste', 'baseline'],
  settings: noSettings,
  check(facts, { image }) {
    const { sizes, baseline } = facts;
    const growth = measureGrowth(sizes, baseline);
    const words = describeGrowth(growth, baseline);
    const allowed = image.size.growth;
    if (allowed === undefined) return { status: 'skipped', reason: `no growth is declared (${words})` };
    if (growth.after - growth.before <= boundOf(growth.before, allowed)) return { status: 'passed', seen: words };
    const blames = blameLayers(facts, { bytesOf: countAdded(growth.metric, facts) });
    const bound = growth.before + boundOf(growth.before, allowed);
    const total = `${words}; allowed are ${String(allowed.percent)} % and ${formatSize(allowed.atLeast)}`;
    const common = { ...formatAgainst(growth.after, Math.round(bound)), ...placeOfBudget(image, 'size.growth') };
    return {
      status: 'failed',
      findings: explainSize(common, total, blames, 'Raise `size.growth` for this change.'),
    };
  },
});

/** Bytes that a layer adds: a new one all of its own, one that stands where another stood only what it has more. */
function countAdded(metric: Growth['metric'], { sizes, baseline }: { sizes: SizeFacts; baseline: BaselineFacts }) {
  const before = baseline.layers.length === sizes.layers.length ? baseline.layers : [];
  const kept = new Set(baseline.layers.map(({ diffId }) => diffId));
  return (layer: LayerSize, index: number): number => {
    if (kept.has(layer.diffId)) return 0;
    return metric === 'unpacked' ? layer.unpackedBytes - (before[index]?.unpackedBytes ?? 0) : layer.size;
  };
}

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
