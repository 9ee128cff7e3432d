import { findJson } from './expectation.ts';
import { askSmi, readNumber, splitRow, type SmiEffects } from './smi.ts';

const MEBIBYTE = 2 ** 20;
const ACCOUNTED: readonly string[] = ['--query-accounted-apps=pid,max_memory_usage', '--format=csv,noheader,nounits'];

/**
 * Peak bytes of the container's processes as others counted them, where samples are a lower bound: the driver in its accounting mode
 * (`nvidia-smi -am 1`, by root), and what a program says of itself (`max_memory_reserved` in its JSON). Undefined where neither tells.
 */
export async function findExactPeak(
  effects: SmiEffects,
  ours: ReadonlySet<number>,
  outputs: readonly string[],
): Promise<number | undefined> {
  const answer = await askSmi(effects, ACCOUNTED);
  const counted = answer.kind === 'answer' ? readAccounted(answer.text, ours) : [];
  const peaks = [...counted, ...outputs.flatMap((output) => readReserved(output) ?? [])];
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}

/** Bytes of the rows that are of our processes; with the mode off the driver answers with rows of nobody. */
export function readAccounted(text: string, ours: ReadonlySet<number>): number[] {
  return text.split('\n').flatMap((line) => {
    const [pid, memory] = splitRow(line);
    const mebibytes = readNumber(memory);
    return mebibytes === null || !ours.has(readNumber(pid) ?? -1) ? [] : [Math.round(mebibytes * MEBIBYTE)];
  });
}

function readReserved(output: string): number | undefined {
  const value = findJson(output);
  if (typeof value !== 'object' || value === null || !('max_memory_reserved' in value)) return undefined;
  const bytes = value.max_memory_reserved;
  return typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined;
}
