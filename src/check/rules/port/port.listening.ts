import type { ListeningSocket, ServiceFacts } from '../../../model/facts.ts';
import type { Finding, Judgement } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { explainEnd } from '../../run-words.ts';
import { noSettings } from '../../settings.ts';
import { failWith } from '../../findings.ts';

/** Every declared port is open on an address that others can reach. */
export const portListening = defineRule({
  id: 'port.listening',
  title: 'The declared ports are open to others than the container itself',
  severity: 'warning',
  keys: ['port', 'ports'],
  kinds: ['service'],
  needs: ['service'],
  settings: noSettings,
  check({ service }, { image }): Judgement {
    const declared = [...new Set([...(image.port === undefined ? [] : [image.port]), ...image.ports])];
    if (declared.length === 0) return { status: 'skipped', reason: 'neither `port` nor `ports` is declared' };
    const { listening } = service;
    if (listening === undefined) {
      const reason = explainEnd(service) ?? "the container's sockets cannot be read from this host";
      return { status: 'undecided', reason };
    }
    return failWith(
      declared.flatMap((port) => {
        const finding = judgePort(port, listening, service);
        if (finding === undefined) return [];
        const place = image.places[port === image.port ? 'port' : 'ports'];
        return [place === undefined ? finding : { ...finding, place }];
      }),
      describeSockets(listening),
    );
  },
});

function judgePort(port: number, listening: readonly ListeningSocket[], service: ServiceFacts): Finding | undefined {
  const sockets = listening.filter((socket) => socket.port === port);
  const allowed = `port ${String(port)} on every interface`;
  const ended = explainEnd(service);
  if (sockets.some((socket) => !socket.loopbackOnly)) {
    if (ended === undefined) return undefined;
    const message = `port ${String(port)} was open, but ${ended}`;
    return { message, seen: 'no process any more', allowed, remedy: 'Make the process stay up until it is stopped.' };
  }
  const [loopback] = sockets;
  if (loopback !== undefined) {
    const message = `port ${String(port)} is open on ${loopback.address} alone: nobody outside the container can connect`;
    return { message, seen: loopback.address, allowed, remedy: 'Bind the server to 0.0.0.0 instead of localhost.' };
  }
  return {
    message: `nothing listens on port ${String(port)}${ended === undefined ? '' : `: ${ended}`}`,
    seen: describeSockets(listening),
    allowed,
    remedy: 'Make the server listen on the declared port, or correct the declaration.',
  };
}

function describeSockets(listening: readonly ListeningSocket[]): string {
  if (listening.length === 0) return 'no open port';
  return listening
    .map((socket) => `${socket.address.includes(':') ? `[${socket.address}]` : socket.address}:${String(socket.port)}`)
    .join(', ');
}
