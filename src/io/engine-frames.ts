/** One piece of a multiplexed stream (engine API, "Stream format"). */
export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

const HEADER = 8;

/** Splits a multiplexed stream into frames as bytes arrive; an incomplete rest stays inside until the next call. */
export function makeDemultiplexer(): (chunk: Uint8Array) => Frame[] {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const frames: Frame[] = [];
    let offset = 0;
    while (rest.length - offset >= HEADER) {
      const length = rest.readUInt32BE(offset + 4);
      if (rest.length - offset - HEADER < length) break;
      const bytes = rest.subarray(offset + HEADER, offset + HEADER + length);
      frames.push({ stream: rest[offset] === 2 ? 'stderr' : 'stdout', bytes });
      offset += HEADER + length;
    }
    rest = rest.subarray(offset);
    return frames;
  };
}

interface Streams {
  readonly stdout: string;
  readonly stderr: string;
  readonly both: string;
}

/** Both streams of a whole multiplexed answer as text. */
export function demultiplex(body: Uint8Array): Streams {
  return joinFrames(makeDemultiplexer()(body));
}

/** The text of frames, each stream by itself and both as they came. */
export function joinFrames(frames: readonly Frame[]): Streams {
  const join = (kept: readonly Frame[]): string => Buffer.concat(kept.map((frame) => frame.bytes)).toString('utf8');
  return {
    stdout: join(frames.filter((frame) => frame.stream === 'stdout')),
    stderr: join(frames.filter((frame) => frame.stream === 'stderr')),
    both: join(frames),
  };
}
