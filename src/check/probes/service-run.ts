import type { ImageConfig } from '../../model/config.ts';
import type { Effects } from '../../model/effects.ts';
import {
  known,
  undecided,
  type Fact,
  type HealthObservation,
  type HttpObservation,
  type MemoryObservation,
  type ProcessFacts,
  type RunLogs,
  type ServiceFacts,
} from '../../model/facts.ts';
import type { ImageDescription } from '../../model/image.ts';
import type { Surroundings } from './companions.ts';
import { startRun, type ContainerRun } from './container-run.ts';
import { describeMemory } from './memory.ts';
import { startSampler, type ProcessSampler } from './process-sampler.ts';
import { awaitReadiness, type Readiness } from './readiness.ts';
import { describeRun, withRunPlace, type RunPlace } from './run-place.ts';
import { explainInability, explainStartFailure } from './start-failure.ts';
import { redactObservation } from './service-redaction.ts';
import type { Subject } from './subject.ts';
import { startSocketWatch, type SocketWatch } from './socket-watch.ts';
import { watchStability } from './stability.ts';
import { findFirstSuccess, servicePort } from './startup.ts';
import { stopRun } from './stop.ts';
import { startZombieWatch } from './zombie-watch.ts';

/** What one run of a service image came to. */
export interface ServiceObservation {
  readonly service: Fact<ServiceFacts>;
  readonly processes: Fact<ProcessFacts>;
  readonly memory: Fact<MemoryObservation>;
  readonly logs: Fact<RunLogs>;
}

type OneRun = Omit<ServiceObservation, 'memory'>;

/** One image on its way through a run. */
interface Running extends Subject {
  readonly place: RunPlace;
  readonly tell: TellReady;
}
/** Told once, when the service was usable (milliseconds after its start) or why it never was. */
type TellReady = (usableAfter: number | string) => void;

const LOG_LINES = 5000;
const SHOWN_LINES = 60;

/**
 * Runs a service image from start to stop in a network of its own and writes down what rules want to know.
 * What keeps the run from happening (engine, companions, unset variables) is *undecided* with its reason, never a verdict.
 */
export async function observeService(
  effects: Effects,
  image: ImageConfig,
  description: ImageDescription,
  runnable: string,
  surroundings: Surroundings,
  tell: TellReady = () => undefined,
): Promise<ServiceObservation> {
  try {
    return await withRunPlace(effects, image, 'service', surroundings, async (place) => {
      const subject = { effects, image, description, runnable, place, tell };
      const observed = await observeOnce(subject);
      const second = await measureSecondStart(subject, observed.service);
      const shown = redactObservation({ ...observed, service: second }, place.redact);
      return { ...shown, memory: readMemory(second) };
    });
  } catch (error) {
    const fact = explainInability(error, effects.signal);
    return { service: fact, processes: fact, memory: fact, logs: fact };
  }
}

async function observeOnce(subject: Running): Promise<OneRun> {
  const { effects, image, runnable, place } = subject;
  const id = await effects.engine.createContainer(describeRun(image, runnable, place));
  const sampler = startSampler(effects, id);
  let run: ContainerRun;
  try {
    run = await startRun(effects, id, place);
    sampler.attach(run);
  } catch (error) {
    await sampler.finish();
    return describeNeverStarted(explainStartFailure(error));
  }
  const sockets = startSocketWatch(run);
  try {
    const readiness = await awaitReadiness(run, image, subject.description, sockets);
    return await observeRest(run, subject, readiness, sampler, sockets);
  } finally {
    await run.close();
    await Promise.allSettled([sampler.finish(), sockets.finish()]);
    await effects.engine.removeContainer(id);
  }
}

function readMemory(service: Fact<ServiceFacts>): Fact<MemoryObservation> {
  if (service.state !== 'known') return service;
  const { startError, memory } = service.value;
  return startError === undefined ? known(memory) : undecided(`the container never started: ${startError}`);
}

function describeNeverStarted(startError: string): OneRun {
  return {
    service: known({
      startError,
      restarts: 0,
      health: { status: 'none', log: [] },
      http: [],
      memory: { oomKilled: false },
      log: [],
    }),
    processes: undecided(`the container never started: ${startError}`),
    logs: undecided(`the container never started: ${startError}`),
  };
}

/** From ready on: the watch for flapping, the stop, and what is left to read afterwards. */
async function observeRest(
  run: ContainerRun,
  { image, description, tell }: Running,
  { health, http }: Readiness,
  sampler: ProcessSampler,
  sockets: SocketWatch,
): Promise<OneRun> {
  const { engine } = run.effects;
  const ready = health.status === 'healthy' || health.status === 'none';
  tell(describeReady(health, http, run));
  const watch = startZombieWatch(run);
  const stability = ready ? await watchStability(run, description.config) : undefined;
  const zombies = await watch.finish();
  // Read before the stop: a server that ends in order closes its ports first.
  await sockets.finish();
  const before = await engine.inspectContainer(run.id);
  // Whoever told the run to stop does not wait for the container's whole grace, and what was cut short is no fact.
  run.effects.signal.throwIfAborted();
  // A HEALTHCHECK that cannot run is said within seconds; a stop that may take its whole grace is not waited for.
  const stop = health.missingTool === undefined ? await stopRun(run, description, image.stopsWithin) : undefined;
  if (stop === undefined) await engine.killContainer(run.id);
  const { processes, memory } = await sampler.finish();
  const listening = sockets.latest();
  const port = servicePort(image, description, listening);
  const open = port === undefined ? undefined : sockets.reachableAfter(port);
  const firstSuccess = findFirstSuccess(image, health, http, open);
  const ended = before.running ? undefined : (before.finishedAt ?? run.startedAt) - run.startedAt;
  const lines = (await engine.logs(run.id, LOG_LINES)).both.split('\n').filter((line) => line.trim() !== '');
  const service: ServiceFacts = {
    ...(ended === undefined ? {} : { exitedEarly: { exitCode: before.exitCode, after: ended } }),
    restarts: before.restarts,
    health: { ...health, ...(stability === undefined ? {} : { stability }) },
    ...(listening === undefined ? {} : { listening }),
    http,
    ...(firstSuccess === undefined ? {} : { firstSuccess }),
    ...(stop === undefined ? {} : { stop }),
    ...(zombies === undefined ? {} : { zombies }),
    memory: describeMemory(image, memory, before.oomKilled || stop?.oomKilled === true),
    log: lines.slice(-SHOWN_LINES),
  };
  return { service: known(service), processes, logs: known({ lines }) };
}

/** How long it took until everything declared was there, or what was missing. */
function describeReady(
  health: HealthObservation,
  http: readonly HttpObservation[],
  run: ContainerRun,
): number | string {
  const failed = health.status === 'starting' || health.status === 'unhealthy' || run.ended.aborted;
  if (failed || http.some(({ problems }) => problems.length > 0)) {
    return 'the service was not usable in its ordinary run, so there is nothing to compare with';
  }
  const tested = health.firstPassAfter ?? health.healthyAfter;
  const answered = http.flatMap(({ firstSuccessAfter }) =>
    firstSuccessAfter === undefined ? [] : [firstSuccessAfter],
  );
  const times = [...(tested === undefined ? [] : [tested]), ...answered];
  return times.length === 0 ? run.age() : Math.max(...times);
}

/** A start that took too long is tried once more, because shared machines are noisy; both times are reported. */
async function measureSecondStart(subject: Running, first: Fact<ServiceFacts>): Promise<Fact<ServiceFacts>> {
  const { effects, image, description, runnable, place } = subject;
  const allowed = image.startedWithin;
  if (first.state !== 'known' || allowed === undefined || first.value.firstSuccess === undefined) return first;
  if (first.value.firstSuccess.after <= allowed) return first;
  const id = await effects.engine.createContainer(describeRun(image, runnable, place));
  const run = await startRun(effects, id, place);
  const sockets = startSocketWatch(run);
  try {
    const brief = { ...image, healthyWithin: allowed, http: image.http.slice(0, 1) };
    const { health, http } = await awaitReadiness(run, brief, description, sockets);
    const port = servicePort(image, description, sockets.latest());
    const success = findFirstSuccess(
      image,
      health,
      http,
      port === undefined ? undefined : sockets.reachableAfter(port),
    );
    return known({ ...first.value, secondStart: success === undefined ? {} : { after: success.after } });
  } finally {
    await run.close();
    await Promise.allSettled([sockets.finish()]);
    await effects.engine.removeContainer(id);
  }
}
