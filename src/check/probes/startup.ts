import type { ImageConfig } from '../../model/config.ts';
import type { HealthObservation, HttpObservation, ListeningSocket, ServiceFacts } from '../../model/facts.ts';
import type { ImageDescription } from '../../model/image.ts';

/** The port others use: the declared one, else the only one of EXPOSE, else the only one that is open. */
export function servicePort(
  image: ImageConfig,
  description: ImageDescription,
  listening: readonly ListeningSocket[] | undefined,
): number | undefined {
  if (image.port !== undefined) return image.port;
  const exposed = description.config.exposedPorts
    .filter((port) => !port.endsWith('/udp'))
    .map((port) => Number.parseInt(port, 10));
  if (exposed.length === 1) return exposed[0];
  const open = new Set((listening ?? []).filter((socket) => !socket.loopbackOnly).map((socket) => socket.port));
  return open.size === 1 ? [...open][0] : undefined;
}

/** The first success of the strictest thing the image declares: http before the health test before an open port. */
export function findFirstSuccess(
  image: ImageConfig,
  health: HealthObservation,
  http: readonly HttpObservation[],
  openAfter: number | undefined,
): ServiceFacts['firstSuccess'] {
  if (image.http.length > 0) return timed(http[0]?.firstSuccessAfter, 'http');
  if (health.status !== 'none') return timed(health.firstPassAfter ?? health.healthyAfter, 'health');
  return timed(openAfter, 'port');
}

function timed(after: number | undefined, by: 'http' | 'health' | 'port'): ServiceFacts['firstSuccess'] {
  return after === undefined ? undefined : { after: Math.max(0, after), by };
}
