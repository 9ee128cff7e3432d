import { z } from 'zod';
import type { ContainerState, EngineEvent } from '../model/engine.ts';

const text = z.string();
const whole = z.number();

export const created = z.object({ Id: text.min(1) });
export const versionAnswer = z.object({ Version: text, Os: text, Arch: text });
export const infoAnswer = z.object({
  ServerVersion: text,
  Driver: text,
  DriverStatus: z.array(z.array(text)).nullish(),
  DockerRootDir: text,
  NCPU: whole,
  MemTotal: whole,
  CgroupVersion: text.optional(),
  DiscoveredDevices: z.array(z.object({ Source: text, ID: text })).nullish(),
  Runtimes: z.record(text, z.unknown()).nullish(),
  Warnings: z.array(text).nullish(),
});
export const imageAnswer = z.object({
  Id: text,
  RepoDigests: z.array(text).nullish(),
  RootFS: z.object({ Layers: z.array(text).nullish() }),
});
export const imageList = z.array(z.object({ RepoTags: z.array(text).nullish() }));
export const waitAnswer = z.object({
  StatusCode: whole,
  Error: z.object({ Message: text }).nullish(),
});
export const topAnswer = z.object({
  Titles: z.array(text),
  Processes: z.array(z.array(text)).nullish(),
});
export const execAnswer = z.object({ Running: z.boolean(), ExitCode: whole.nullish(), Pid: whole.nullish() });
const labels = z.record(text, text).nullish();
export const labelledContainers = z.array(z.object({ Id: text, Labels: labels }));
export const labelledVolumes = z.object({ Volumes: z.array(z.object({ Name: text, Labels: labels })).nullish() });
export const statsAnswer = z.object({
  memory_stats: z.object({ usage: whole.optional(), stats: z.record(text, whole).nullish() }).nullish(),
});

const eventAnswer = z.object({
  Type: text,
  Action: text,
  Actor: z.object({ ID: text, Attributes: z.record(text, text).nullish() }),
});

/** One event line; nanoseconds are cut out of the text because they do not fit a JSON number. */
export function parseEvent(line: string): EngineEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const parsed = eventAnswer.safeParse(value);
  if (!parsed.success) return undefined;
  return {
    type: parsed.data.Type,
    action: parsed.data.Action,
    id: parsed.data.Actor.ID,
    timeNano: BigInt(/"timeNano"\s*:\s*(\d+)/.exec(line)?.[1] ?? '0'),
    attributes: parsed.data.Actor.Attributes ?? {},
  };
}

const probeEntry = z.object({ Start: text, End: text, ExitCode: whole, Output: text });
export const stateAnswer = z.object({
  Id: text,
  Image: text.optional(),
  HostConfig: z
    .object({
      Memory: whole.nullish(),
      NanoCpus: whole.nullish(),
      CpuQuota: whole.nullish(),
      CpuPeriod: whole.nullish(),
    })
    .optional(),
  RestartCount: whole,
  State: z.object({
    Status: text,
    Running: z.boolean(),
    Pid: whole,
    ExitCode: whole,
    OOMKilled: z.boolean(),
    Error: text,
    StartedAt: text,
    FinishedAt: text,
    Health: z
      .object({
        Status: z.enum(['starting', 'healthy', 'unhealthy', 'none', '']),
        FailingStreak: whole,
        Log: z.array(probeEntry).nullish(),
      })
      .nullish(),
  }),
  NetworkSettings: z.object({
    Networks: z
      .record(
        text,
        z.object({ IPAddress: text.nullish(), DNSNames: z.array(text).nullish(), Aliases: z.array(text).nullish() }),
      )
      .nullish(),
    Ports: z.record(text, z.array(z.object({ HostIp: text, HostPort: text })).nullable()).nullish(),
  }),
});

/** An inspect answer in the model's words. */
export function readContainerState(answer: z.infer<typeof stateAnswer>): ContainerState {
  const state = answer.State;
  const startedAt = readTime(state.StartedAt);
  const finishedAt = readTime(state.FinishedAt);
  const addresses: Record<string, string> = {};
  for (const [name, network] of Object.entries(answer.NetworkSettings.Networks ?? {})) {
    if (typeof network.IPAddress === 'string' && network.IPAddress !== '') addresses[name] = network.IPAddress;
  }
  return {
    id: answer.Id,
    status: state.Status,
    running: state.Running,
    pid: state.Pid,
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    error: state.Error,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    restarts: answer.RestartCount,
    ...(state.Health === null || state.Health === undefined ? {} : { health: readHealth(state.Health) }),
    addresses,
    ...readSurroundings(answer),
  };
}

/** What the engine gave the container beside its process. */
function readSurroundings({
  Image,
  HostConfig: host,
  NetworkSettings: { Networks, Ports },
}: z.infer<typeof stateAnswer>): Pick<ContainerState, 'image' | 'limits' | 'published' | 'names'> {
  const quota = host?.CpuQuota ?? 0;
  const cpus =
    (host?.NanoCpus ?? 0) > 0 ? (host?.NanoCpus ?? 0) / 1e9 : quota > 0 ? quota / (host?.CpuPeriod ?? 1e5) : 0;
  const memory = host?.Memory ?? 0;
  const names = Object.values(Networks ?? {}).flatMap(({ DNSNames, Aliases }) => [
    ...(DNSNames ?? []),
    ...(Aliases ?? []),
  ]);
  const published = Object.values(Ports ?? {}).flatMap((bound) =>
    (bound ?? []).map(({ HostIp, HostPort }) => `${HostIp.includes(':') ? `[${HostIp}]` : HostIp}:${HostPort}`),
  );
  return {
    ...(Image === undefined ? {} : { image: Image }),
    limits: { ...(memory > 0 ? { memory } : {}), ...(cpus > 0 ? { cpus } : {}) },
    published,
    names: [...new Set(names)],
  };
}

function readHealth(
  health: NonNullable<z.infer<typeof stateAnswer>['State']['Health']>,
): NonNullable<ContainerState['health']> {
  return {
    status: health.Status === '' ? 'none' : health.Status,
    failingStreak: health.FailingStreak,
    log: (health.Log ?? []).map((entry) => ({
      start: readTime(entry.Start) ?? 0,
      end: readTime(entry.End) ?? 0,
      exitCode: entry.ExitCode,
      output: entry.Output,
    })),
  };
}

/** Milliseconds since the epoch; the engine writes year 1 for "never". */
function readTime(text: string): number | undefined {
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) || milliseconds < 0 ? undefined : milliseconds;
}

export const changesAnswer = z.array(z.object({ Path: z.string(), Kind: z.number() })).nullable();
