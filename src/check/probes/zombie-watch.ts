import type { ZombieProcess } from '../../model/facts.ts';
import type { ContainerRun } from './container-run.ts';
import { startWatch } from './watch.ts';

/** Follows which dead children PID 1 leaves unreaped. */
export interface ZombieWatch {
  /** Those that are dead at the end, or undefined where the host does not tell. */
  readonly finish: () => Promise<readonly ZombieProcess[] | undefined>;
}

const EVERY = 1000;
const SHOWN = 50;

/** Looks at the children of PID 1 once a second; the engine's own process list does not show zombies. */
export function startZombieWatch(run: ContainerRun): ZombieWatch {
  let dead: ReadonlyMap<number, { readonly name: string; readonly since: number }> | undefined;
  const look = async (): Promise<void> => {
    const found = await findDead(run);
    if (found === undefined) return;
    dead = new Map([...found].map(([pid, name]) => [pid, dead?.get(pid) ?? { name, since: run.age() }]));
  };
  const finish = startWatch(run, EVERY, look);
  return {
    async finish() {
      await finish();
      const at = run.age();
      if (dead === undefined) return undefined;
      return [...dead].map(([pid, { name, since }]) => ({ pid, name, lasting: at - since })).slice(0, SHOWN);
    },
  };
}

async function findDead({ effects, initPid }: ContainerRun): Promise<ReadonlyMap<number, string> | undefined> {
  const children = initPid <= 0 ? undefined : await effects.host.children(initPid);
  if (children === undefined) return undefined;
  const entries = await Promise.all(
    children.map(async (pid) => {
      const status = (await effects.host.status(pid)) ?? '';
      const name = /^Name:\s*(.*)$/m.exec(status)?.[1] ?? '';
      return /^State:\s*Z/m.test(status) ? ([[pid, name]] as const) : [];
    }),
  );
  return new Map(entries.flat());
}
