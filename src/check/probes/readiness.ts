import type { ImageConfig } from '../../model/config.ts';
import type { HealthObservation, HttpObservation } from '../../model/facts.ts';
import type { ImageDescription } from '../../model/image.ts';
import type { ContainerRun } from './container-run.ts';
import { watchHealth } from './health-watch.ts';
import { probeHttp } from './http-probe.ts';
import { pause } from '../../model/pause.ts';
import type { SocketWatch } from './socket-watch.ts';
import { servicePort } from './startup.ts';

/** What was seen until the service was ready or given up. */
export interface Readiness {
  readonly health: HealthObservation;
  readonly http: readonly HttpObservation[];
}

const EVERY = 100;

/** Waits for health, the http checks and, where there is neither, the declared port; at most `healthy-within` for each. */
export async function awaitReadiness(
  run: ContainerRun,
  image: ImageConfig,
  description: ImageDescription,
  sockets: SocketWatch,
): Promise<Readiness> {
  let settledAt: number | undefined;
  const port = (): number | undefined => servicePort(image, description, sockets.latest());
  const [health, http] = await Promise.all([
    watchHealth(run, description.config, image.healthyWithin).then((observed) => {
      if (observed.status !== 'none') settledAt = run.age();
      return observed;
    }),
    probeHttp(run, image.http, {
      deadline: image.healthyWithin,
      healthSettledAt: () => settledAt,
      unreachable: sockets.unreachable,
      port,
    }),
  ]);
  if (health.status === 'none' && image.http.length === 0) await awaitPort(run, image, sockets);
  return { health, http };
}

async function awaitPort(run: ContainerRun, image: ImageConfig, sockets: SocketWatch): Promise<void> {
  const { port } = image;
  if (port === undefined) return;
  while (!run.ended.aborted && run.age() < image.healthyWithin) {
    if (sockets.reachableAfter(port) !== undefined || sockets.unreachable(port) !== undefined) return;
    await pause(run.effects.clock, EVERY, run.ended);
  }
}
