import { availableParallelism, loadavg, release, totalmem } from 'node:os';
import { z } from 'zod';
import { runChild } from './child.ts';
import type { World } from './world.ts';

/** What the numbers depend on; nothing that identifies the machine. */
export interface Machine {
  readonly cores: number;
  readonly memory: string;
  readonly kernel: string;
  readonly engine: string;
  readonly buildx: string;
  readonly node: string;
  /** Average number of programs that wanted to run in the last minute, before the bench. */
  readonly load: number;
}

const info = z.object({ ServerVersion: z.string(), Driver: z.string(), DriverStatus: z.array(z.array(z.string())) });

export function currentLoad(): number {
  return loadavg()[0] ?? 0;
}

export async function describeMachine(world: World, load: number): Promise<Machine> {
  const [docker, buildx] = await Promise.all([
    runChild('docker', ['info', '--format', '{{json .}}']),
    runChild(world.buildx, ['version']),
  ]);
  const { ServerVersion: version, Driver: driver, DriverStatus: status } = info.parse(JSON.parse(docker.stdout));
  const containerd = status.some(([, value]) => value?.startsWith('io.containerd.') === true);
  return {
    cores: availableParallelism(),
    memory: `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    kernel: release().replace(/[-+].*$/, ''),
    engine: `${version}, ${containerd ? 'containerd store' : 'graph driver'} (${driver})`,
    buildx: /\bv?(\d+\.\d+\.\d+)/.exec(buildx.stdout)?.[1] ?? 'unknown',
    node: process.versions.node,
    load,
  };
}
