import type { ImageConfig } from '../../../model/config.ts';
import type { FeasibilityFacts } from '../../../model/facts.ts';
import { formatSize } from '../../../model/size.ts';
import type { Finding } from '../../../model/verdict.ts';
import { placeOfBudget } from '../../budget.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** Something whose compressed bytes the image cannot do without. */
interface Part {
  readonly what: string;
  readonly name: string;
  readonly bytes: number;
  readonly line: number;
}

/** Compressed bytes of the base and of what is installed are a lower bound of what the image downloads and of what it unpacks to. */
export const sizeFeasible = defineRule({
  id: 'size.feasible',
  title: 'The base image and the wheels it needs do not already break the size budget',
  severity: 'error',
  keys: ['size', 'size.unpacked', 'size.download'],
  kinds: ['service', 'job'],
  needs: ['feasibility'],
  settings: noSettings,
  check({ feasibility }, { image }) {
    if (image.size.unpacked === undefined && image.size.download === undefined) {
      return { status: 'skipped', reason: 'no budget declared' };
    }
    const parts = listParts(feasibility);
    if (typeof parts === 'string') return { status: 'skipped', reason: parts };
    const [first, ...others] = (['unpacked', 'download'] as const).flatMap((kind) => judgeBudget(kind, parts, image));
    if (first !== undefined) return { status: 'failed', findings: [first, ...others] };
    return {
      status: 'passed',
      seen: `${parts.map(({ what }) => what).join(' and ')} at least ${formatSize(sum(parts))}`,
    };
  },
});

/** What there is to add up, or why there is nothing. */
function listParts({ bases, wheels }: FeasibilityFacts): readonly Part[] | string {
  const base = bases.find((each) => each.final);
  const { bytes } = base ?? {};
  const parts =
    base === undefined || bytes === undefined ? [] : [{ what: 'base', name: base.reference, bytes, line: base.line }];
  if (parts.length + wheels.length > 0) return [...parts, ...wheels.map((wheel) => ({ ...wheel, name: wheel.what }))];
  if (base === undefined) return 'the image starts from nothing that has a size';
  return base.reason ?? `the size of ${base.reference} is not known`;
}

function sum(parts: readonly Part[]): number {
  return parts.reduce((total, { bytes }) => total + bytes, 0);
}

function judgeBudget(kind: 'unpacked' | 'download', parts: readonly Part[], image: ImageConfig): readonly Finding[] {
  const budget = image.size[kind];
  // Exactly the budget leaves no room for the config blob, nor for anything of one's own.
  if (budget === undefined || sum(parts) < budget) return [];
  const size = formatSize(sum(parts));
  const meaning = kind === 'unpacked' ? 'unpacked' : 'to download';
  const where = parts.map(({ name, line }) => `${name}, ${image.dockerfile}:${String(line)}`).join('; ');
  const names = parts.map((part) => part.what).join(' and ');
  return [
    {
      message: `${names} ${parts.length === 1 ? 'alone is' : 'are'} at least ${size} to download, budget ${formatSize(budget)} ${meaning}: impossible (${where})`,
      seen: size,
      allowed: formatSize(budget),
      ...placeOfBudget(image, `size.${kind}`),
      remedy: 'Start from a smaller base image or install less, or raise the budget above what they need.',
    },
  ];
}
