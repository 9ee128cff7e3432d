import { makeMatcher, type Matcher } from './matcher.ts';
import type { SecretPattern } from './pattern.ts';
import { SHAPE_PATTERNS } from './shape-patterns.ts';
import { TOKEN_PATTERNS } from './token-patterns.ts';

/** One secret as found; it must not outlive the search. */
export interface FoundSecret {
  readonly kind: string;
  readonly secret: string;
  /** Offset of the key's match in the searched bytes. */
  readonly at: number;
}

interface Key {
  readonly pattern: SecretPattern;
  readonly before: number;
  readonly after: number;
}

const AFTER = 512;
/** Raised when patterns change, so that older cached results are not found any more. */
export const SEARCH_VERSION = 8;
/** The most bytes any pattern looks at on either side of its key. */
export const REACH = 8448;

const KEYS: readonly (readonly [string, Key])[] = [...TOKEN_PATTERNS, ...SHAPE_PATTERNS].flatMap((pattern) =>
  pattern.keys.map((key) => [key, { pattern, before: pattern.before ?? 1, after: pattern.after ?? AFTER }] as const),
);
let matcher: Matcher | undefined;

/** Made at the first search: most commands search for nothing. */
function requireMatcher(): Matcher {
  matcher ??= makeMatcher(KEYS.map(([key]) => Buffer.from(key, 'latin1')));
  return matcher;
}

/** Tries every pattern whose key begins in `from … to`. The bytes are looked at once; shapes are tried only where a key stands. */
export function searchBytes(bytes: Buffer, from: number, to: number, found: (secret: FoundSecret) => void): void {
  requireMatcher()(bytes, from, to, (needle, at) => {
    const key = KEYS[needle]?.[1];
    if (key === undefined || key.pattern.quick?.(bytes, at) === false) return;
    const secret = tryShape(bytes, at, key);
    if (secret !== undefined) found({ kind: key.pattern.kind, secret, at });
  });
}

function tryShape(bytes: Buffer, at: number, { pattern, before, after }: Key): string | undefined {
  const start = Math.max(0, at - before);
  const around = bytes.toString('latin1', start, Math.min(bytes.length, at + after));
  const { shape, accept } = pattern;
  shape.lastIndex = at - start;
  const result = shape.exec(around);
  if (result === null) return undefined;
  const secret = result.groups?.['secret'] ?? result[0];
  if (accept !== undefined && !accept(secret, around, at - start)) return undefined;
  return pattern.normalise?.(secret) ?? secret;
}

/** The same for a text that is at hand whole: a value of the image's config, a line of history. */
export function searchText(text: string): readonly FoundSecret[] {
  const bytes = Buffer.from(text);
  const found: FoundSecret[] = [];
  searchBytes(bytes, 0, bytes.length, (secret) => found.push(secret));
  return found.filter(({ secret }, index) => found.findIndex((other) => other.secret.includes(secret)) === index);
}
