import type { Problem } from './complaints.ts';
import { formatPath, partAt } from './located.ts';
import type { Located, Path } from './located.ts';
import { suggest } from './nearest.ts';
import type { RuleTable } from './rule-table.ts';

/** Waivers that name a rule or an image that is not there would silently waive nothing. */
export function checkWaivers(root: Located, rules: RuleTable, images: readonly string[]): Problem[] {
  const waivers = partAt(root, ['waivers']);
  if (waivers?.kind !== 'list') return [];
  return waivers.items.flatMap((_, index) => [
    ...checkName(root, ['waivers', index, 'rule'], Object.keys(rules), 'rule'),
    ...checkName(root, ['waivers', index, 'image'], images, 'image'),
  ]);
}

function checkName(root: Located, path: Path, known: readonly string[], noun: string): Problem[] {
  const part = partAt(root, path);
  if (part?.kind !== 'scalar' || typeof part.value !== 'string' || known.includes(part.value)) return [];
  const message = `${formatPath(path)}: unknown ${noun} \`${part.value.slice(0, 64)}\`${suggest(part.value, known)}`;
  return [{ path, complaint: { message, place: part.place } }];
}
