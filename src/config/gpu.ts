import { parseDuration } from '../model/duration.ts';
import type { GpuConfig, GpuMount, GpuPhase, GpuUse } from '../model/gpu-config.ts';
import { parseSize } from '../model/size.ts';
import type { Problem } from './complaints.ts';
import { RUNNERS } from './gpu-schema.ts';
import type { ParsedGpu, ParsedPhase } from './gpu-schema.ts';
import { formatPath, keyPlaceAt, partAt, valuePlaceAt } from './located.ts';
import type { Located, Path } from './located.ts';

const MINUTE = 60_000;
const DEFAULT_PHASE = 2 * MINUTE;
const DEFAULT_STAGE = 30 * MINUTE;
/** About what Docker gives by itself. */
const SHARED_MEMORY = 64_000_000;
const DEFAULT_USE = { utilization: 10, samples: 3, memory: 64 * 2 ** 20 };

/** `gpu:` of an image with the places of its phases; `path` is where it is written. The input has passed every check. */
export function resolveGpu(parsed: ParsedGpu, root: Located, path: Path): GpuConfig {
  return {
    required: parsed.required ?? true,
    runsOn: parsed['runs-on'] ?? RUNNERS,
    retryRunsOn: parsed['retry-runs-on'] ?? RUNNERS,
    mode: parsed.mode ?? 'auto',
    exec: parsed.exec ?? 'docker',
    device: parsed.device ?? 'nvidia.com/gpu=all',
    count: parsed.count ?? 1,
    fleet: parsed.fleet ?? [],
    canary: parsed.canary ?? 'python:3.12-slim',
    shmSize: parsed['shm-size'] ?? SHARED_MEMORY,
    network: parsed.network ?? 'none',
    queueWithin: parsed['queue-within'] ?? 20 * MINUTE,
    pullWithin: parsed['pull-within'] ?? 15 * MINUTE,
    stageWithin: parsed['stage-within'] ?? DEFAULT_STAGE,
    phases: (parsed.phases ?? []).map((phase, index) => toPhase(phase, valuePlaceAt(root, [...path, 'phases', index]))),
    onInfra: parsed['on-infra'] ?? 'block',
    onSkip: parsed['on-skip'] ?? 'warn',
    pullRequests: parsed['pull-requests'] ?? 'always',
  };
}

function toPhase(phase: ParsedPhase, place: GpuPhase['place']): GpuPhase {
  const { probe, command = [], expect } = phase;
  return {
    name: phase.name,
    work: probe === undefined ? { kind: 'command', command } : { kind: 'probe', probe },
    mounts: (phase.mounts ?? []).map(toMount),
    within: phase.within ?? DEFAULT_PHASE,
    expect: {
      exit: expect?.exit ?? 0,
      ...(expect?.stdout === undefined ? {} : { stdout: expect.stdout }),
      ...(expect?.json === undefined ? {} : { json: expect.json }),
    },
    ...(phase.gpu === undefined ? {} : { use: toUse(phase.gpu) }),
    withoutGpu: phase['without-gpu'] ?? 'skip',
    place,
  };
}

function toUse({ 'memory-max': memoryMax, utilization, samples, memory }: NonNullable<ParsedPhase['gpu']>): GpuUse {
  return {
    utilization: utilization ?? DEFAULT_USE.utilization,
    samples: samples ?? DEFAULT_USE.samples,
    memory: memory ?? DEFAULT_USE.memory,
    ...(memoryMax === undefined ? {} : { memoryMax }),
  };
}

function toMount(text: string): GpuMount {
  const [source = '', target = ''] = text.split(':');
  return { source, target };
}

/** Keys that say what a command must do; a probe brings its own expectations. */
const COMMAND_ONLY = ['mounts', 'expect', 'gpu', 'without-gpu'];

/** What the keys of `gpu:` must know of one another; `path` is where it is written. */
export function checkGpu(root: Located, path: Path): Problem[] {
  const phases = partAt(root, [...path, 'phases']);
  if (phases?.kind !== 'list') return [];
  const stage = durationAt(root, [...path, 'stage-within']) ?? DEFAULT_STAGE;
  return phases.items.flatMap((item, index) => {
    if (item.kind !== 'map') return [];
    const phase = [...path, 'phases', index];
    return [
      ...checkWork(root, phase, [...item.entries.keys()]),
      ...checkName(root, [...path, 'phases'], index),
      ...checkTime(root, phase, stage),
      ...checkMemory(root, phase),
    ];
  });
}

/** Repository paths the phases mount. */
export function gpuPaths(root: Located, path: Path): { path: Path; text: string }[] {
  const phases = partAt(root, [...path, 'phases']);
  if (phases?.kind !== 'list') return [];
  return phases.items.flatMap((_, index) => {
    const at = [...path, 'phases', index, 'mounts'];
    const mounts = partAt(root, at);
    if (mounts?.kind !== 'list') return [];
    return mounts.items.flatMap((__, mount) => {
      const text = textAt(root, [...at, mount]);
      return text === undefined ? [] : [{ path: [...at, mount], text: text.split(':')[0] ?? '' }];
    });
  });
}

function checkWork(root: Located, path: Path, keys: readonly string[]): Problem[] {
  const work = ['probe', 'command'].filter((key) => keys.includes(key));
  if (work.length !== 1) return [complain(root, path, 'expected exactly one of probe and command')];
  if (work[0] === 'command') return [];
  return COMMAND_ONLY.filter((key) => keys.includes(key)).map((key) =>
    complain(root, [...path, key], 'goes with command; a probe brings its own expectations', 'key'),
  );
}

function checkName(root: Located, path: Path, index: number): Problem[] {
  const name = textAt(root, [...path, index, 'name']);
  const first = Array.from({ length: index }, (_, other) => other).find(
    (other) => textAt(root, [...path, other, 'name']) === name,
  );
  if (name === undefined || first === undefined) return [];
  return [complain(root, [...path, index, 'name'], `\`${name.slice(0, 40)}\` is the name of another phase`)];
}

function checkTime(root: Located, path: Path, stage: number): Problem[] {
  const within = durationAt(root, [...path, 'within']);
  if (within === undefined || within < stage) return [];
  return [
    complain(
      root,
      [...path, 'within'],
      'is not below stage-within; the stage must be able to end a phase and report it',
    ),
  ];
}

function checkMemory(root: Located, path: Path): Problem[] {
  const least = parseSize(textAt(root, [...path, 'gpu', 'memory']) ?? '') ?? 0;
  const most = parseSize(textAt(root, [...path, 'gpu', 'memory-max']) ?? '');
  if (most === undefined || most >= least) return [];
  return [complain(root, [...path, 'gpu', 'memory-max'], 'is below memory, what the command must use')];
}

function complain(root: Located, path: Path, text: string, at: 'key' | 'value' = 'value'): Problem {
  const place = at === 'key' ? keyPlaceAt(root, path) : valuePlaceAt(root, path);
  return { path, complaint: { message: `${formatPath(path)}: ${text}`, place } };
}

function textAt(root: Located, path: Path): string | undefined {
  const part = partAt(root, path);
  return part?.kind === 'scalar' && typeof part.value === 'string' ? part.value : undefined;
}

function durationAt(root: Located, path: Path): number | undefined {
  return parseDuration(textAt(root, path) ?? '');
}
