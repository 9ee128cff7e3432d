import { z } from 'zod';
import type { ContainerSpec } from '../model/engine.ts';
import type { GpuCanaryResult } from '../model/gpu-verdict.ts';
import type { RunEnd } from './container.ts';
import { readUuids } from './preflight.ts';
import { oneLine, type Problem, fromWords, sight } from './problem.ts';
import { CANARY } from './programs.ts';

/** Milliseconds: a plain image starts in a second, the first cuInit after boot takes some more. */
export const CANARY_WITHIN = 60_000;

/** What the canary's container starts. */
export function describeCanary(image: string): Pick<ContainerSpec, 'image' | 'entrypoint' | 'command'> {
  return { image, entrypoint: ['python3', '-c', CANARY], command: [] };
}

export interface CanaryEnd {
  readonly result: GpuCanaryResult;
  readonly problem?: Problem;
  /** NVIDIA_VISIBLE_DEVICES inside. */
  readonly visible?: string;
}

/** What the canary's end says of the machine; `hostList` are the UUIDs the host lists, `every`: all of them were asked for. */
export function judgeCanary(
  image: string,
  end: RunEnd,
  { listed: hostList, every }: { readonly listed: readonly string[]; readonly every: boolean },
): CanaryEnd {
  const said = readListed(end.stdout);
  const listed = readUuids(said?.listed ?? '');
  const problem = findProblem(end, said, { listed, hostList, every });
  const visible = said?.visible ?? undefined;
  return {
    result: {
      image,
      passed: problem === undefined,
      elapsed: end.elapsed,
      listed: [...listed],
      ...(problem === undefined ? {} : { detail: oneLine(problem.seen) }),
    },
    ...(visible === undefined ? {} : { visible }),
    ...(problem === undefined ? {} : { problem }),
  };
}

interface Lists {
  readonly listed: readonly string[];
  readonly hostList: readonly string[];
  readonly every: boolean;
}

function findProblem(end: RunEnd, said: Listed | undefined, lists: Lists): Problem | undefined {
  if (end.startError !== undefined) return fromWords(end.startError, 'canary-failed');
  if (end.timedOut) return sight('canary-failed', 'it did not end within 60 s');
  const words = oneLine(end.stderr);
  if (said === undefined) return fromWords(words, 'canary-failed');
  if (said.code !== 0) return fromWords(said.listed, 'canary-failed');
  if (!isSameList(lists))
    return sight(
      'canary-list',
      `inside ${lists.listed.join(', ') || 'none'}; on the machine ${lists.hostList.join(', ')}`,
    );
  if (end.exitCode !== 0) return sight('canary-cuda', words);
  return undefined;
}

function isSameList({ listed, hostList, every }: Lists): boolean {
  if (listed.length === 0 || !listed.every((uuid) => hostList.includes(uuid))) return false;
  return !every || listed.length === hostList.length;
}

const LISTED = z.object({ listed: z.string(), code: z.number(), visible: z.string().nullish() });
type Listed = z.infer<typeof LISTED>;

function readListed(stdout: string): Listed | undefined {
  try {
    const parsed = LISTED.safeParse(JSON.parse(stdout.split('\n')[0] ?? ''));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
