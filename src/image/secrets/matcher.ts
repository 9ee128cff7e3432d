/** Called for every occurrence: the needle's index and where it starts. */
export type OnMatch = (needle: number, at: number) => void;
/** Finds every occurrence of its needles that starts in `from … to`. */
export type Matcher = (bytes: Buffer, from: number, to: number, onMatch: OnMatch) => void;

interface Anchor {
  readonly needle: Buffer;
  readonly index: number;
  /** Where in the needle the looked-for block stands. */
  readonly offset: number;
}

const PAIRS = 2 ** 16;
const LONGEST_BLOCK = 32;
/** How far into a needle its block may stand: so many bytes more than asked for are looked at. */
const DEEPEST_BLOCK = 128;

/**
 * Looks for many byte strings at once (Wu and Manber, "A fast algorithm for multi-pattern searching", 1994, blocks of two bytes):
 * most pairs of bytes stand in no needle, so the search leaps almost as far as the shortest needle is long. Needles have at least two bytes.
 */
export function makeMatcher(needles: readonly Buffer[]): Matcher {
  const block = Math.min(LONGEST_BLOCK, ...needles.map((needle) => needle.length));
  const leaps = new Uint8Array(PAIRS).fill(Math.max(1, block - 1));
  const buckets = new Map<number, Anchor[]>();
  needles.forEach((needle, index) => {
    const offset = rarestBlock(needle, block);
    for (let at = 0; at <= block - 2; at += 1) {
      const pair = pairAt(needle, offset + at);
      leaps[pair] = Math.min(leaps[pair] ?? 0, block - 2 - at);
    }
    const last = pairAt(needle, offset + block - 2);
    buckets.set(last, [...(buckets.get(last) ?? []), { needle, index, offset: offset + block - 2 }]);
  });
  return (bytes, from, to, onMatch) => {
    if (needles.length === 0) return;
    const end = Math.min(bytes.length - 1, to + LONGEST_BLOCK + DEEPEST_BLOCK);
    // Plain arithmetic on every byte of every layer: nothing else may happen in this loop.
    for (let at = from; at < end;) {
      const pair = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      const leap = leaps[pair] ?? 1;
      if (leap > 0) at += leap;
      else {
        for (const anchor of buckets.get(pair) ?? []) {
          const start = at - anchor.offset;
          if (start >= from && start < to && isAt(bytes, start, anchor.needle)) onMatch(anchor.index, start);
        }
        at += 1;
      }
    }
  };
}

function isAt(bytes: Buffer, start: number, needle: Buffer): boolean {
  if (start + needle.length > bytes.length) return false;
  for (let at = 0; at < needle.length; at += 1) if (bytes[start + at] !== needle[at]) return false;
  return true;
}

function pairAt(bytes: Buffer, at: number): number {
  return bytes.readUInt16BE(at);
}

/** The part of a needle whose last pair is rare in code and prose: lower-case pairs are everywhere. */
function rarestBlock(needle: Buffer, block: number): number {
  let best = 0;
  let lowest = Infinity;
  for (let offset = 0; offset <= Math.min(DEEPEST_BLOCK, needle.length - block); offset += 1) {
    const weight = weightOf(needle[offset + block - 2]) * weightOf(needle[offset + block - 1]);
    if (weight < lowest) [best, lowest] = [offset, weight];
  }
  return best;
}

function weightOf(byte = 0): number {
  const letter = String.fromCharCode(byte);
  if (/[a-z ]/.test(letter)) return 20;
  if (/[0-9A-Z_.\-/=:"]/.test(letter)) return 4;
  return 1;
}
