import { askSmi, readNumber, readValue, splitRow, type SmiEffects } from './smi.ts';

/** A process that computes on a GPU, by the host's process id. */
export interface ComputeApp {
  readonly pid: number;
  readonly name: string;
  /** MiB. */
  readonly memory: number | null;
}

export const APP_QUERY: readonly string[] = [
  '--query-compute-apps=gpu_uuid,pid,process_name,used_gpu_memory',
  '--format=csv,noheader,nounits',
];

/** One row of the query; undefined for what is none (`No running processes found`). */
export function readApp(line: string): ComputeApp | undefined {
  const [, pidText, name, memory] = splitRow(line);
  const pid = readNumber(pidText);
  if (pid === null || !Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, name: readValue(name) ?? '?', memory: readNumber(memory) };
}

/** Who computes now; undefined where nvidia-smi does not say. */
export async function askApps(effects: SmiEffects): Promise<readonly ComputeApp[] | undefined> {
  const answer = await askSmi(effects, APP_QUERY);
  if (answer.kind !== 'answer') return undefined;
  return answer.text.split('\n').flatMap((line) => readApp(line) ?? []);
}
