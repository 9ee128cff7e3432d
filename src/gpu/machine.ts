import type { ContainerSpec, EngineInfo } from '../model/engine.ts';
import { Fault, messageOf } from '../model/fault.ts';
import { type CanaryEnd, CANARY_WITHIN, describeCanary, judgeCanary } from './canary.ts';
import { runContainer } from './container.ts';
import { chooseInjection, idsOf, type Injection, whatHappened } from './injection.ts';
import type { Draft, GpuJob, StageEffects } from './job.ts';
import { type GpuPlace, makeDockerPlace, makeImagePlace } from './place.ts';
import { lookAtHost, type Preflight } from './preflight.ts';
import { type Problem, sight } from './problem.ts';
import { prepareImage } from './pull.ts';

/** A machine that has shown that it can run something on its GPU. */
export interface Machine {
  readonly place: GpuPlace;
  readonly throughCdi: boolean;
  /** Looks at the machine once more, by the same means; undefined: it is well. */
  recheck(): Promise<Problem | undefined>;
}

/** Programs of a container can start many threads; a fork bomb is stopped. */
const PIDS = 8192;

/** Finds the way devices come into containers, proves it with the canary and has the image pulled. */
export async function openDocker(
  effects: StageEffects,
  job: GpuJob,
  before: Preflight,
  draft: Draft,
): Promise<Machine | { readonly problem: Problem }> {
  const engine = await askEngine(effects);
  if ('problem' in engine) return engine;
  if (draft.host !== undefined) draft.host = { ...draft.host, docker: engine.version };
  const injection = chooseInjection(job.gpu, engine);
  const canary = await findCanary(effects, job.gpu.canary);
  if ('problem' in canary) return canary;
  const ask = (host: Preflight): Promise<CanaryEnd> => runCanary(effects, job, injection, canary.image, host);
  const first = await ask(before);
  draft.canary.before = first.result;
  const happened = whatHappened(injection, first.visible);
  const { mode, device } = job.gpu;
  draft.injection = {
    asked: mode,
    happened: first.problem === undefined ? happened : 'none',
    device,
    why: injection.why,
  };
  if (first.problem !== undefined) return { problem: first.problem };
  const pulled = await prepareImage(effects, job, engine);
  if ('problem' in pulled) return pulled;
  draft.pull = { elapsed: pulled.elapsed, id: pulled.id };
  const spec = { ...baseOf(job), image: pulled.name, env: job.env };
  return {
    place: makeDockerPlace(effects, { spec, injection, count: job.gpu.count, directory: job.directory }),
    throughCdi: happened === 'cdi',
    async recheck() {
      const host = await lookAtHost(effects, job.gpu.count, 'after');
      if (host.problem !== undefined) return host.problem;
      const again = await ask(host);
      draft.canary.after = again.result;
      return again.problem;
    },
  };
}

/** Without an engine the job's own container is the image; the host is looked at before and after instead of a canary. */
export function openInImage(effects: StageEffects, job: GpuJob, draft: Draft): Machine {
  const { gpu, directory, env } = job;
  draft.injection = { asked: gpu.mode, happened: 'none', device: gpu.device, why: 'exec: in-image' };
  return {
    place: makeImagePlace(effects, { count: gpu.count, directory, env }),
    throughCdi: false,
    recheck: async () => (await lookAtHost(effects, gpu.count, 'after')).problem,
  };
}

async function askEngine({ engine }: StageEffects): Promise<EngineInfo | { readonly problem: Problem }> {
  try {
    return await engine.info();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { problem: sight('no-engine', messageOf(error)) };
  }
}

async function findCanary(
  { engine, signal }: StageEffects,
  image: string,
): Promise<{ readonly image: string } | { readonly problem: Problem }> {
  try {
    if ((await engine.inspectImage(image)) === undefined) await engine.pullImage(image, signal);
    return { image };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { problem: sight('canary-missing', messageOf(error)) };
  }
}

async function runCanary(
  effects: StageEffects,
  job: GpuJob,
  { request, env }: Injection,
  image: string,
  host: Preflight,
): Promise<CanaryEnd> {
  const spec = { ...baseOf(job), ...describeCanary(image), env, devices: request };
  const end = await runContainer(effects, spec, { within: CANARY_WITHIN, signal: effects.signal });
  const every = idsOf(job.gpu.device).length === 0;
  return judgeCanary(image, end, { listed: host.listed, every });
}

/** Proven compatible with CDI: no network, no capability, no new privilege, no socket (gpu.md, "Security model"). */
function baseOf({ gpu, labels, memory, tmpfs }: GpuJob): Omit<ContainerSpec, 'image'> {
  return {
    labels,
    network: gpu.network,
    capDropAll: true,
    noNewPrivileges: true,
    pidsLimit: PIDS,
    shmSize: gpu.shmSize,
    ...(memory === undefined ? {} : { memory }),
    ...(tmpfs === undefined ? {} : { tmpfs }),
  };
}
