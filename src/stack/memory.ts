import type { Effects } from '../model/effects.ts';
import { pause } from '../model/pause.ts';
import type { StackHttpCheck } from '../model/stack-config.ts';
import { inspectStack } from './containers.ts';
import { probeOnce, type Asker } from './probes.ts';

/** A small load: enough to fill pools and caches, not a benchmark. */
const WORKERS = 4;
const LASTING = 2_000;
const LOOK_EVERY = 250;

/** Bytes that each service holds now, over its containers. */
export async function measureMemory(effects: Effects, label: string): Promise<ReadonlyMap<string, number>> {
  const measured = new Map<string, number>();
  for (const [service, states] of await inspectStack(effects, label)) {
    const used = await Promise.all(
      states.filter(({ running }) => running).map(({ id }) => effects.engine.memoryUsage(id)),
    );
    const known = used.filter((bytes) => bytes !== undefined);
    if (known.length > 0)
      measured.set(
        service,
        known.reduce((sum, bytes) => sum + bytes, 0),
      );
  }
  return measured;
}

/** The most that each service held while the declared requests were sent again and again; empty where there are none. */
export async function measureUnderLoad(
  asker: Asker,
  checks: readonly StackHttpCheck[],
): Promise<ReadonlyMap<string, number>> {
  const gets = checks.filter(({ method }) => method === 'GET');
  const most = new Map<string, number>();
  if (gets.length === 0) return most;
  const { clock, signal } = asker.effects;
  const end = clock.monotonic() + LASTING;
  const workers = Array.from({ length: WORKERS }, (_, index) => keepAsking(asker, gets, index, end));
  while (clock.monotonic() < end && !signal.aborted) {
    await pause(clock, LOOK_EVERY, signal);
    for (const [service, bytes] of await measureMemory(asker.effects, asker.label)) {
      most.set(service, Math.max(bytes, most.get(service) ?? 0));
    }
  }
  await Promise.all(workers);
  return most;
}

/** Requests under way at the end are answered: a connection that is cut looks like an error to the service. */
async function keepAsking(asker: Asker, checks: readonly StackHttpCheck[], first: number, end: number): Promise<void> {
  const { clock, signal } = asker.effects;
  for (let turn = first; clock.monotonic() < end && !signal.aborted; turn += 1) {
    const check = checks[turn % checks.length];
    if (check === undefined) return;
    await probeOnce(asker, { ...check, repeat: 1 });
  }
}
