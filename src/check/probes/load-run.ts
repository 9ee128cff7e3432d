import type { Fact, LoadFacts } from '../../model/facts.ts';
import { known, skipped, undecided } from '../../model/facts.ts';
import type { LoadSettings } from '../load-settings.ts';
import type { ContainerRun } from './container-run.ts';
import { pause } from '../../model/pause.ts';
import type { RunPlace } from './run-place.ts';
import { stopRun } from './stop.ts';
import type { Subject } from './subject.ts';
import { tryStart } from './trial-run.ts';

const REQUESTS = 8;
const WARM_UP = 500;
const LOST_SHOWN = 5;

interface Load {
  sent: number;
  inFlight: number;
  stopping: boolean;
  readonly lost: string[];
}

/** Stops the service while requests are under way; those that were sent before the stop must still be answered. */
export async function observeLoad(
  subject: Subject,
  place: RunPlace,
  allowed: number,
  settings: LoadSettings,
): Promise<Fact<LoadFacts>> {
  const { image, description } = subject;
  const path = settings.path ?? image.http[0]?.path;
  const port = image.port ?? Number.parseInt(description.config.exposedPorts[0] ?? '', 10);
  if (path === undefined)
    return skipped('no path is known: declare an `http` check, or `path` under rules: stop.under-load');
  if (Number.isNaN(port)) return skipped('no port is known: declare `port`');
  let observed: LoadFacts | undefined;
  const trial = await tryStart(subject, place, {
    change: {},
    allowed,
    async whenUsable(run) {
      observed = await stopUnderLoad(
        run,
        subject,
        `http://${run.address ?? ''}:${String(port)}${path}`,
        path,
        settings,
      );
    },
  });
  if (observed !== undefined) return known({ ...observed, lost: observed.lost.map(place.redact) });
  return undecided(trial.problem ?? 'the container ended before it could be stopped');
}

async function stopUnderLoad(
  run: ContainerRun,
  { image, description }: Subject,
  url: string,
  path: string,
  settings: LoadSettings,
): Promise<LoadFacts | undefined> {
  const load: Load = { sent: 0, inFlight: 0, stopping: false, lost: [] };
  const deadline = image.stopsWithin + 5000;
  const workers = Array.from({ length: settings.requests ?? REQUESTS }, () => keepAsking(run, url, deadline, load));
  await pause(run.effects.clock, WARM_UP, run.ended);
  const { inFlight } = load;
  load.stopping = true;
  const stop = await stopRun(run, description, image.stopsWithin);
  await Promise.all(workers);
  if (stop === undefined) return undefined;
  return { path, requests: load.sent, inFlight, lost: load.lost.slice(0, LOST_SHOWN), stop };
}

/** One client: request after request until the stop is asked for; what it sent before that counts. */
async function keepAsking(run: ContainerRun, url: string, deadline: number, load: Load): Promise<void> {
  const { http, clock } = run.effects;
  while (!isStopping(load) && !run.ended.aborted) {
    load.sent += 1;
    load.inFlight += 1;
    const began = clock.monotonic();
    try {
      const { status } = await http.request({ url, method: 'GET', headers: {}, deadline });
      if (status >= 500) load.lost.push(`status ${String(status)}`);
    } catch (error) {
      const after = Math.round(clock.monotonic() - began);
      load.lost.push(`${error instanceof Error ? error.message : String(error)} after ${String(after)} ms`);
    } finally {
      load.inFlight -= 1;
    }
  }
}

/** A function, because it changes between two looks. */
function isStopping(load: Load): boolean {
  return load.stopping;
}
