/** Takes the high bytes out of one piece of a file after the other. */
export type Narrow = (piece: Buffer) => Buffer;

const LOOKED_AT = 256;

/** For a file whose first bytes are UTF-16, of either byte order and with or without a mark: how to read it; undefined for every other. */
export function narrowText(head: Buffer): Narrow | undefined {
  if (head.length < 4) return undefined;
  const marked = head[0] === 0xff && head[1] === 0xfe ? 0 : head[0] === 0xfe && head[1] === 0xff ? 1 : undefined;
  const low = marked ?? guessLow(head.subarray(0, LOOKED_AT));
  if (low === undefined) return undefined;
  let position = 0;
  return (piece) => {
    const narrow = Buffer.alloc(piece.length);
    let length = 0;
    for (let at = (position + low) % 2; at < piece.length; at += 2) narrow[length++] = piece[at] ?? 0;
    position = (position + piece.length) % 2;
    return narrow.subarray(0, length);
  };
}

/** Text in UTF-16 has zeros at every other place and none between. */
function guessLow(head: Buffer): 0 | 1 | undefined {
  const zeros = [0, 0];
  for (let at = 0; at < head.length; at += 1) if (head[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const many = head.length * 0.45;
  if (odd >= many && even === 0) return 0;
  return even >= many && odd === 0 ? 1 : undefined;
}
