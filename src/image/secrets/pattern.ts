/** One kind of secret and how its text looks. */
export interface SecretPattern {
  /** Shown to people and part of no fingerprint: `GitHub token`. */
  readonly kind: string;
  /** Texts that the byte search looks for; the shape is tried where one of them begins. */
  readonly keys: readonly string[];
  /** Sticky, tried at the key; the group named `secret`, else the whole match, is the secret. */
  readonly shape: RegExp;
  /** Bytes after the key that the shape may need; default 512. */
  readonly after?: number;
  /** Bytes before the key that the shape or `accept` may need; default 1. */
  readonly before?: number;
  /** Brings a secret into the one form that its hash is made of. */
  readonly normalise?: (secret: string) => string;
  /** A last look at what matched. `around` is the text the shape was tried on, `at` where it matched. */
  readonly accept?: (secret: string, around: string, at: number) => boolean;
  /** Whether this looks like text of this kind at all, before anything is decoded: for keys that are everywhere. */
  readonly quick?: (bytes: Buffer, at: number) => boolean;
}

const PLACEHOLDER =
  /example|placeholder|change.?me|your[-_. ]|redacted|dummy|sample|replace.?me|insert.?here|not.?a.?real|fake|^x+$|x{6,}|X{4,}|\*{3,}|\.{3,}|<[^>]*>|\$\{|\{\{|0{8,}|1{8,}|a{8,}|A{8,}|012345|123456|abcdef|ABCDEF|qwerty|deadbeef/i;

/** Texts that documentation and tests put where a secret would stand. */
export function isPlaceholder(secret: string): boolean {
  return PLACEHOLDER.test(secret);
}

/** Shannon entropy in bits a character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** What a machine made: neither a word, nor a placeholder, nor one letter again and again. */
export function looksRandom(secret: string): boolean {
  const least = secret.length >= 32 ? 3 : 2.8;
  return !isPlaceholder(secret) && entropyOf(secret) >= least;
}
