import { compare, satisfies, valid, validRange } from '@renovatebot/pep440';

/**
 * Whether a version lies in a PEP 440 specifier, pre-releases included as for an installed package; undefined when either is not one:
 * pip refuses to judge those too.
 */
export function isInSpecifier(version: string, specifier: string): boolean | undefined {
  const ranges = specifier
    .split(',')
    .map((range) => range.trim())
    .filter((range) => range !== '');
  if (ranges.length === 0) return true;
  const arbitrary = ranges.every((range) => range.startsWith('==='));
  if ((!arbitrary && valid(version) === null) || !ranges.every((range) => validRange(range))) return undefined;
  return satisfies(version, ranges.join(','), { prereleases: true });
}

/** Negative, zero or positive; undefined when one of them is no PEP 440 version. */
export function compareVersions(one: string, other: string): number | undefined {
  return valid(one) === null || valid(other) === null ? undefined : compare(one, other);
}

/** The name under which a distribution is looked up (PEP 503). */
export function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
