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

/** The version a git tag names (`v1.2.3`, `1.2.3-rc.1`), or undefined when it names none. */
export function parseVersion(tag: string): Version | undefined {
  const match = PATTERN.exec(tag);
  if (match === null) return undefined;
  const [, text = '', major = '', minor = '', patch = '', prerelease] = match;
  const identifiers = (prerelease ?? '-0').slice(1).split('.');
  if (identifiers.some((part) => part === '' || /^0\d+$/.test(part))) return undefined;
  return { text, major, minor, patch, prerelease: prerelease !== undefined };
}
