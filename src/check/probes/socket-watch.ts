import type { ListeningSocket } from '../../model/facts.ts';
import type { ContainerRun } from './container-run.ts';
import { isReachable, parseListening } from '../../model/listening.ts';
import { startWatch } from './watch.ts';

/** Follows which TCP ports a container listens on. */
export interface SocketWatch {
  /** Undefined while the namespace could not be looked into. */
  readonly latest: () => readonly ListeningSocket[] | undefined;
  /** Age at which the port was first open to others. */
  readonly reachableAfter: (port: number) => number | undefined;
  /** Why nobody outside can connect, once a port has been open to loopback alone for this long (milliseconds, a few seconds by default). */
  readonly unreachable: (port: number, lasting?: number) => string | undefined;
  readonly finish: () => Promise<void>;
}

const EVERY = 200;
/** Some servers open loopback first and the rest a moment later. */
const LOOPBACK_FOR = 5000;

/** Reads the container's socket tables until it ends or `finish` is called. */
export function startSocketWatch(run: ContainerRun): SocketWatch {
  const reachable = new Map<number, number>();
  const seen = new Map<number, number>();
  let latest: readonly ListeningSocket[] | undefined;
  const look = async (): Promise<void> => {
    const tables = await run.effects.host.sockets(run.initPid);
    if (tables === undefined || run.initPid <= 0) return;
    latest = parseListening(tables);
    for (const { port } of latest) {
      if (!seen.has(port)) seen.set(port, run.age());
      if (!reachable.has(port) && isReachable(latest, port)) reachable.set(port, run.age());
    }
  };
  // a service can open its port, answer and be found ready between two looks
  const finish = startWatch(run, EVERY, look);
  return {
    latest: () => latest,
    reachableAfter: (port) => reachable.get(port),
    unreachable(port, lasting = LOOPBACK_FOR) {
      const since = seen.get(port);
      if (since === undefined || reachable.has(port) || run.age() - since < lasting) return undefined;
      const address = latest?.find((socket) => socket.port === port)?.address;
      return address === undefined
        ? undefined
        : `it listens only on ${address}:${String(port)}, which nobody outside the container can reach`;
    },
    finish,
  };
}
