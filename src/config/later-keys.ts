import type { Complaint } from '../model/fault.ts';
import { formatPath, keyPlaceAt, partAt, valuePlaceAt } from './located.ts';
import type { Located, Path } from './located.ts';

/** Designed, not built: refused with its place, so that nobody believes it is enforced. */
const IMAGE = ['rebuild-after', 'from'];

/** The same for docs/config.md. */
export const LATER_KEYS: readonly string[] = [
  ...IMAGE.map((key) => `images.*.${key}`),
  'several platforms for one image',
];
const VARIANTS = 'is not a key; write each variant as an image of its own, with `extends: IMAGE`';

export interface Refused {
  readonly path: Path;
  readonly complaint: Complaint;
}

/** Keys and values of parts that are not built yet. */
export function findLaterKeys(root: Located): Refused[] {
  const images = partAt(root, ['images']);
  const names = images?.kind === 'map' ? [...images.entries.keys()] : [];
  const written = (path: Path): boolean => partAt(root, path) !== undefined;
  const keys: Path[] = [...names.flatMap((name) => IMAGE.map((key) => ['images', name, key]))];
  const variants: Path[] = [['variants'], ...names.map((name) => ['images', name, 'variants'])];
  return [
    ...keys.filter(written).map((path) => refuse(root, path, 'not supported yet; take the key out')),
    ...variants.filter(written).map((path) => refuse(root, path, VARIANTS)),
    ...refuseLaterValues(root, names),
  ];
}

function refuse(root: Located, path: Path, why: string): Refused {
  return { path, complaint: { message: `${formatPath(path)}: ${why}`, place: keyPlaceAt(root, path) } };
}

function refuseLaterValues(root: Located, names: readonly string[]): Refused[] {
  const refused: Refused[] = [];
  for (const name of names) {
    const path = ['images', name, 'platforms'];
    const platforms = partAt(root, path);
    if (platforms?.kind !== 'list' || platforms.items.length < 2) continue;
    const message = `${formatPath(path)}: several platforms for one image are not supported yet; write one`;
    refused.push({ path, complaint: { message, place: valuePlaceAt(root, path) } });
  }
  return refused;
}
