import type { GpuJob, StageEffects } from '../../src/gpu/job.ts';
import type { ContainerSpec, ContainerState, Engine, EngineInfo } from '../../src/model/engine.ts';
import { Fault } from '../../src/model/fault.ts';
import { makeVirtualClock } from './fake-effects.ts';
import { blankGpu, blankJob } from './gpu-job.ts';

/** What a container of the machine does; the canary and probes are known by their programs. */
export interface Scripted {
  /** Milliseconds it runs; default 100. */
  readonly takes?: number;
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Why it never comes to exist. */
  readonly startError?: string;
  readonly oomKilled?: boolean;
  /** MiB of GPU memory it holds while it runs. */
  readonly memory?: number;
}

export interface MachineScript {
  /** By the first word of the command; `canary` for the canary; called with how often it ran before and whether it has a GPU. */
  readonly run: (what: string, before: number, gpu: boolean) => Scripted;
  readonly engine?: Partial<EngineInfo>;
  /** Throws what the engine throws. */
  readonly pullCanary?: () => Promise<void>;
  readonly knowsCanary?: boolean;
  readonly freeBytes?: number;
  /** Lines of dmesg, by how often it was asked before. */
  readonly dmesg?: (before: number) => readonly string[];
  /** No rows from the long-lived nvidia-smi. */
  readonly silent?: boolean;
  /** Rows of compute apps, by how often they were asked for before. */
  readonly apps?: (before: number) => string;
  readonly reasons?: string;
}

const UUID = 'GPU-00000000-0000-4000-8000-000000000001';
const CANARY = `${JSON.stringify({ listed: `GPU 0: L4 (UUID: ${UUID})`, code: 0, visible: 'void' })}\n{"count": 1}\n`;
export const WELL: Scripted = { stdout: CANARY };

/** A machine in virtual time: one GPU, one engine, nothing real. */
export function makeMachine(script: MachineScript): StageEffects & { readonly ran: string[] } {
  const clock = makeVirtualClock();
  const ran: string[] = [];
  let used = 3;
  let logs = 0;
  let asked = 0;
  const processes: StageEffects['processes'] = {
    async run(program, argv, options) {
      const answer = (stdout: string, exitCode = 0) => ({ exitCode, stdout, stderr: '', timedOut: false });
      if (program === 'journalctl') return answer('', 1);
      if (program === 'dmesg') return answer(['[0.0] boot', ...(script.dmesg?.(logs++) ?? [])].join('\n'));
      const apps = argv.some((word) => word.startsWith('--query-compute-apps'));
      const fields =
        argv
          .find((word) => word.startsWith('--query-gpu='))
          ?.slice(12)
          .split(',') ?? [];
      const row = (): string =>
        apps ? (script.apps?.(asked++) ?? '') : fields.map((field) => valueOf(field, used, script)).join(', ');
      if (!argv.includes('-lms'))
        return answer(apps || fields.length > 0 ? row() : `GPU 0: L4 (UUID: ${UUID})\nCUDA Version: 12.4`);
      try {
        for (;;) {
          await clock.sleep(500, options?.signal);
          const text = apps ? (used > 3 ? `${UUID}, 42, python, 100` : '') : row();
          if (script.silent !== true && text !== '') options?.onStdout?.(Buffer.from(`${text}\n`));
        }
      } catch {
        return answer('', 143);
      }
    },
  };
  const engine = scriptEngine(script, ran, {
    clock,
    hold: (memory) => {
      used += memory;
    },
  });
  const files = { freeBytes: () => Promise.resolve(script.freeBytes ?? 1e12) } as unknown as StageEffects['files'];
  return { processes, clock, engine, files, signal: new AbortController().signal, ran };
}

function valueOf(field: string, used: number, { reasons = '0x0' }: MachineScript): string {
  const values: Readonly<Record<string, string>> = {
    index: '0',
    uuid: UUID,
    name: 'NVIDIA L4',
    driver_version: '550.54.15',
    'memory.total': '24000',
    'memory.used': String(used),
    compute_cap: '8.9',
    'mig.mode.current': 'Disabled',
    gpu_recovery_action: 'None',
    'utilization.gpu': used > 3 ? '95' : '0',
    'clocks_event_reasons.active': reasons,
  };
  return values[field] ?? '[N/A]';
}

interface Shared {
  readonly clock: StageEffects['clock'];
  readonly hold: (memory: number) => void;
}

function scriptEngine(script: MachineScript, ran: string[], { clock, hold }: Shared): Engine {
  const made = new Map<string, { readonly spec: ContainerSpec; readonly does: Scripted; ended: boolean }>();
  const find = (id: string) => {
    const found = made.get(id);
    if (found === undefined) throw new Error(`no container ${id}`);
    return found;
  };
  const engine: Partial<Engine> = {
    info: () => Promise.resolve({ ...ENGINE, ...script.engine }),
    inspectImage: (name) => {
      if (name === 'app:test') return Promise.resolve({ id: blankJob().digests.manifest, repoDigests: [], layers: [] });
      return Promise.resolve(script.knowsCanary === false ? undefined : { id: name, repoDigests: [], layers: [] });
    },
    pullImage: () => script.pullCanary?.() ?? Promise.resolve(),
    createContainer: (spec) => {
      const what = spec.image === 'app:test' ? (spec.command?.[0] ?? spec.entrypoint?.[0] ?? 'probe') : 'canary';
      const does = script.run(what, ran.filter((each) => each === what).length, spec.devices !== undefined);
      ran.push(what);
      const id = String(made.size);
      made.set(id, { spec, does, ended: false });
      return Promise.resolve(id);
    },
    startContainer: (id) => {
      const { does } = find(id);
      if (does.startError !== undefined)
        return Promise.reject(new Fault('The engine refused', { kind: 'environment' }));
      hold(does.memory ?? 0);
      return Promise.resolve();
    },
    inspectContainer: (id) => {
      const { does } = find(id);
      const state: Partial<ContainerState> = {
        exitCode: does.exitCode ?? 0,
        oomKilled: does.oomKilled === true,
        error: does.startError ?? '',
      };
      return Promise.resolve(state as ContainerState);
    },
    async waitContainer(id, signal) {
      const { does } = find(id);
      await clock.sleep(does.takes ?? 100, signal);
      end(id);
      return does.exitCode ?? 0;
    },
    stopContainer: (id) => {
      end(id);
      return Promise.resolve();
    },
    logs: (id) => {
      const { stdout = '', stderr = '' } = find(id).does;
      return Promise.resolve({ stdout, stderr, both: `${stdout}${stderr}` });
    },
    removeContainer: () => Promise.resolve(),
    removeLabelled: () => Promise.resolve(),
    top: () => Promise.resolve([{ pid: 42, parent: 1, uid: 0, command: 'python' }]),
  };
  const end = (id: string): void => {
    const container = find(id);
    if (container.ended) return;
    container.ended = true;
    hold(-(container.does.memory ?? 0));
  };
  return engine as Engine;
}

const ENGINE: EngineInfo = {
  version: '28.5.2',
  apiVersion: '1.51',
  store: 'containerd',
  driver: 'overlayfs',
  rootDirectory: '/var/lib/docker',
  platform: 'linux/amd64',
  cpus: 2,
  memoryBytes: 1e9,
  cgroupVersion: '2',
  endpoint: 'unix:///x',
  devices: ['nvidia.com/gpu=all'],
};

/** A job for that machine. */
export function machineJob(change: Partial<GpuJob['gpu']> = {}, job: Partial<GpuJob> = {}): GpuJob {
  return blankJob({ gpu: blankGpu({ device: 'nvidia.com/gpu=all', ...change }), ...job });
}
