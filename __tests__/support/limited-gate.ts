import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from './folder.ts';

/** What measured-gate.ts tells. */
export interface MeasuredVerdict {
  readonly exitCode: number;
  /** Reasons of everything undecided, each once. */
  readonly undecided: readonly string[];
  readonly unpacked?: number;
  /** Most resident memory, bytes. */
  readonly peak: number;
  /** Seconds of processor time. */
  readonly busy: number;
}

const PROGRAM = join(import.meta.dirname, 'measured-gate.ts');

/** Gate mode over one place in a process of its own that has so many megabytes of heap. */
export async function judgeWithin(heap: number, given: string): Promise<MeasuredVerdict> {
  const words = [`--max-old-space-size=${String(heap)}`, '--disable-warning=ExperimentalWarning', PROGRAM];
  const { stdout } = await promisify(execFile)(process.execPath, [...words, given, await makeFolder({})]);
  return JSON.parse(stdout) as MeasuredVerdict;
}
