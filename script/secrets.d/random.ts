/** Random text that is the same for the same seed. */
export interface RandomText {
  readonly pick: <T>(choices: readonly [T, ...T[]]) => T;
  readonly text: (alphabet: string, length: number) => string;
  readonly bytes: (length: number) => Buffer;
}

export const LOWER = 'abcdefghijklmnopqrstuvwxyz';
export const UPPER = LOWER.toUpperCase();
export const DIGITS = '0123456789';
export const ALNUM = LOWER + UPPER + DIGITS;
export const HEX = '0123456789abcdef';
export const BASE64 = `${ALNUM}+/`;
export const URL64 = `${ALNUM}-_`;

/** mulberry32: small, and good enough to make things up. */
export function makeRandom(seed: number): RandomText {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
    text: (alphabet, length) => Array.from({ length }, () => alphabet[below(alphabet.length)] ?? '').join(''),
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}
