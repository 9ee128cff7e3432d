import { compare, explain } from '@renovatebot/pep440';

type Version = NonNullable<ReturnType<typeof explain>>;

/** The library counts in floating point and fails on what it wrote itself: `1e+21`. */
const TOO_LONG = /\d{16}/;
/** One clause of a specifier; a version with `.*` only behind a plain release. */
const CLAUSE = /^(?<operator>===|==|~=|!=|<=|>=|<|>)\s*(?<version>\S+?)(?<any>\.\*)?$/;

/**
 * Whether a version lies in a PEP 440 specifier, pre-releases included as for an installed package; undefined when either is not one:
 * pip refuses to judge those too. The library orders versions; the clauses are ours, because its own differ from pip's in corners
 * (`2` in `==2.0.*`).
 */
export function isInSpecifier(version: string, specifier: string): boolean | undefined {
  const clauses = specifier.split(',').flatMap((clause) => (clause.trim() === '' ? [] : [clause.trim()]));
  const answers = clauses.map((clause) => meetsClause(version, clause));
  return answers.includes(undefined) ? undefined : !answers.includes(false);
}

function meetsClause(text: string, clause: string): boolean | undefined {
  const { operator, version: bound = '', any } = CLAUSE.exec(clause)?.groups ?? {};
  if (operator === '===') return text.toLowerCase() === `${bound}${any ?? ''}`.toLowerCase();
  const [seen, wanted] = [readVersion(text), readVersion(bound)];
  if (seen === null || wanted === null || operator === undefined) return undefined;
  if (any !== undefined) return meetsPrefix(seen, wanted, operator, bound);
  switch (operator) {
    case '==':
      return isSame(seen, wanted);
    case '!=':
      return !isSame(seen, wanted);
    case '<=':
      return compare(seen.public, wanted.public) <= 0;
    case '>=':
      return compare(seen.public, wanted.public) >= 0;
    case '<':
      return isBefore(seen, wanted);
    case '>':
      return isBehind(seen, wanted, text, bound);
    default:
      return isCompatible(seen, wanted);
  }
}

function readVersion(text: string): Version | null {
  return TOO_LONG.test(text) ? null : explain(text);
}

function meetsPrefix(seen: Version, wanted: Version, operator: string, bound: string): boolean | undefined {
  if (!/^v?(?:\d+!)?\d+(?:\.\d+)*$/i.test(bound) || (operator !== '==' && operator !== '!=')) return undefined;
  return startsWith(seen, wanted.epoch, wanted.release) === (operator === '==');
}

/** Missing parts of a release are 0. */
function startsWith(seen: Version, epoch: number, release: readonly number[]): boolean {
  return seen.epoch === epoch && release.every((part, index) => part === (seen.release[index] ?? 0));
}

/** A bound without a local part (`+cpu`) accepts any. */
function isSame(seen: Version, wanted: Version): boolean {
  return compare(seen.public, wanted.public) === 0 && (wanted.local === null || seen.local === wanted.local);
}

/** A pre-release of the bound itself is not before it. */
function isBefore(seen: Version, wanted: Version): boolean {
  if (compare(seen.public, wanted.public) >= 0) return false;
  return isPreRelease(wanted) || !isPreRelease(seen) || !hasSameBase(seen, wanted);
}

/** A post-release or a local build of the bound itself is not behind it. */
function isBehind(seen: Version, wanted: Version, text: string, bound: string): boolean {
  if (compare(text, bound) <= 0) return false;
  if (!hasSameBase(seen, wanted)) return true;
  return seen.local === null && (wanted.is_postrelease || !seen.is_postrelease);
}

function isCompatible(seen: Version, wanted: Version): boolean | undefined {
  if (wanted.release.length < 2) return undefined;
  return compare(seen.public, wanted.public) >= 0 && startsWith(seen, wanted.epoch, wanted.release.slice(0, -1));
}

function isPreRelease(version: Version): boolean {
  return version.is_prerelease || version.is_devrelease;
}

function hasSameBase(one: Version, other: Version): boolean {
  return compare(one.base_version, other.base_version) === 0;
}

/** The name under which a distribution is looked up (PEP 503). */
export function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
