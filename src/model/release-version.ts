/** A version by semver.org 2.0.0, the optional `v` of git tags taken off. */
export interface Version {
  /** Without `v`; as written otherwise. */
  readonly text: string;
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  readonly prerelease: boolean;
}

const NUMBER = '(0|[1-9]\\d{0,15})';
const PATTERN = new RegExp(
  `^v?(${NUMBER}\\.${NUMBER}\\.${NUMBER}(-[0-9A-Za-z.-]{1,100})?(?:\\+[0-9A-Za-z.-]{1,100})?)$`,
);

/** How far a moving tag follows: every release, those of one major version, or of one minor version. */
export type ReleaseLevel = 'release' | 'major' | 'minor';

/** A tag that means another image after the next release, and the release this run would point it to. */
export interface ReleaseTag {
  readonly tag: string;
  readonly level: ReleaseLevel;
  /** Without `v`. */
  readonly version: string;
}
/** A tag that means another image after the next commit of a branch, and the commit this run would point it to. */
export interface BranchTag {
  readonly tag: string;
  readonly level: 'branch';
  readonly commit: string;
}
export type MovingTag = ReleaseTag | BranchTag;

/** A tag that means one image for ever, because it names a version or a commit. */
export interface LastingTag {
  readonly tag: string;
  readonly names: 'version' | 'commit';
}

/** The version a git tag names (`v1.2.3`, `1.2.3-rc.1`), or undefined when it names none. */
export function parseVersion(tag: string): Version | undefined {
  const match = PATTERN.exec(tag);
  if (match === null) return undefined;
  const [, text = '', major = '', minor = '', patch = '', prerelease] = match;
  const identifiers = (prerelease ?? '-0').slice(1).split('.');
  if (identifiers.some((part) => part === '' || /^0\d+$/.test(part))) return undefined;
  return { text, major, minor, patch, prerelease: prerelease !== undefined };
}

/** Negative when `one` comes before `other`; the three numbers only, since nothing else ranks among releases. */
export function compareReleases(one: Version, other: Version): number {
  const parts = [
    [one.major, other.major],
    [one.minor, other.minor],
    [one.patch, other.patch],
  ] as const;
  for (const [left, right] of parts) {
    if (left !== right) return Number(left) - Number(right);
  }
  return 0;
}

/** The newest release among tags that a moving tag of this level could mean instead; pre-releases never count. */
export function findNewerRelease(moving: ReleaseTag, tags: readonly string[]): string | undefined {
  const own = parseVersion(moving.version);
  if (own === undefined) return undefined;
  const rivals = tags.flatMap((tag) => {
    const version = parseVersion(tag.replace('_', '+'));
    if (version === undefined || version.prerelease || !isSameLine(own, version, moving.level)) return [];
    return compareReleases(own, version) < 0 ? [{ tag, version }] : [];
  });
  return rivals.sort((one, other) => compareReleases(other.version, one.version))[0]?.tag;
}

function isSameLine(one: Version, other: Version, level: ReleaseLevel): boolean {
  if (level === 'release') return true;
  return one.major === other.major && (level === 'major' || one.minor === other.minor);
}
