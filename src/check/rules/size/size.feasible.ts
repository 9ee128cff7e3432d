import type { ImageConfig } from '../../../model/config.ts';
import { formatSize } from '../../../model/size.ts';
import type { Finding } from '../../../model/verdict.ts';
import { placeOfBudget } from '../../budget.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** The base's compressed bytes are a lower bound of what the image downloads and of what it unpacks to. */
export const sizeFeasible = defineRule({
  id: 'size.feasible',
  title: 'The base image alone does not already break the size budget',
  severity: 'error',
  keys: ['size', 'size.unpacked', 'size.download'],
  kinds: ['service', 'job'],
  needs: ['feasibility'],
  settings: noSettings,
  check({ feasibility }, { image }) {
    if (image.size.unpacked === undefined && image.size.download === undefined) {
      return { status: 'skipped', reason: 'no budget declared' };
    }
    const base = feasibility.bases.find((each) => each.final);
    if (base === undefined) return { status: 'skipped', reason: 'the image starts from nothing that has a size' };
    const { bytes } = base;
    if (bytes === undefined)
      return { status: 'skipped', reason: base.reason ?? `the size of ${base.reference} is not known` };
    const [first, ...others] = (['unpacked', 'download'] as const).flatMap((kind) =>
      judgeBudget(kind, { ...base, bytes }, image),
    );
    if (first !== undefined) return { status: 'failed', findings: [first, ...others] };
    return { status: 'passed', seen: `base at least ${formatSize(bytes)}` };
  },
});

function judgeBudget(
  kind: 'unpacked' | 'download',
  base: { readonly reference: string; readonly bytes: number; readonly line: number },
  image: ImageConfig,
): readonly Finding[] {
  const budget = image.size[kind];
  // A base of exactly the budget leaves no room for the config blob, nor for anything of one's own.
  if (budget === undefined || base.bytes < budget) return [];
  const size = formatSize(base.bytes);
  const meaning = kind === 'unpacked' ? 'unpacked' : 'to download';
  return [
    {
      message: `base alone is at least ${size} to download, budget ${formatSize(budget)} ${meaning}: impossible (${base.reference}, ${image.dockerfile}:${String(base.line)})`,
      seen: size,
      allowed: formatSize(budget),
      ...placeOfBudget(image, `size.${kind}`),
      remedy: 'Start from a smaller base image, or raise the budget above what the base needs.',
    },
  ];
}
