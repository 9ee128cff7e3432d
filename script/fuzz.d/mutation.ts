/** A small random generator with a seed (mulberry32), so that a run can be repeated. */
export type Random = (below: number) => number;

export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const LIMIT = 2 ** 17;
const BOUNDARY = [0, 1, 0x20, 0x2f, 0x30, 0x37, 0x38, 0x7f, 0x80, 0xff];

/** One to five changes: bits, bytes, pieces moved, doubled, dropped or taken from another input, words put in. */
export function mutate(input: Buffer, other: Buffer, words: readonly string[], random: Random): Buffer {
  let changed: Buffer = Buffer.from(input);
  for (let count = 1 + random(5); count > 0; count -= 1) changed = change(changed, other, words, random);
  return changed.subarray(0, LIMIT);
}

function change(input: Buffer, other: Buffer, words: readonly string[], random: Random): Buffer {
  const at = random(input.length + 1);
  const end = at + random(Math.min(1024, input.length - at + 1));
  const splice = (middle: Uint8Array, from = at, to = end): Buffer =>
    Buffer.concat([input.subarray(0, from), middle, input.subarray(to)]);
  switch (random(9)) {
    case 0:
      return set(input, at, (input[at] ?? 0) ^ (1 << random(8)));
    case 1:
      return set(input, at, BOUNDARY[random(BOUNDARY.length)] ?? 0);
    case 2:
      return splice(Buffer.alloc(0));
    case 3:
      return splice(input.subarray(at, end), at, at);
    case 4:
      return splice(Buffer.from(words[random(words.length)] ?? '', 'latin1'), at, random(2) === 0 ? at : end);
    case 5: {
      const from = random(other.length + 1);
      return splice(other.subarray(from, from + random(1024)), at, random(2) === 0 ? at : end);
    }
    case 6:
      return input.subarray(0, at);
    case 7: {
      const block = 512 * random(Math.floor(input.length / 512) + 1);
      return splice(other.subarray(0, 512 * (1 + random(3))), block, block);
    }
    default:
      return set(input, at, random(256));
  }
}

function set(input: Buffer, at: number, value: number): Buffer {
  if (at < input.length) input[at] = value;
  return input;
}
