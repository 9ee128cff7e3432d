import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { parseRecord } from '../../src/model/record-parse.ts';
import type { RunRecord } from '../../src/model/record.ts';
import { runChild } from './child.ts';
import type { Project } from './project.ts';
import type { World } from './world.ts';

const counts = z.object({ programs: z.array(z.string()), blobs: z.array(z.string()) });

export interface Shipped {
  readonly seconds: number;
  readonly record: RunRecord;
}
export interface Counted extends Shipped {
  /** Programs that the tool started itself. */
  readonly programs: readonly string[];
  /** Digests of stored blobs that the tool opened, manifests among them. */
  readonly blobs: readonly string[];
}
export interface ShipOptions {
  readonly containers: boolean;
  /** First part of the repositories published to. */
  readonly place?: string;
  /** Folder of the fact cache, relative to the world's. */
  readonly cache?: string;
}

const TOOL = resolve('dist/cli/index.js');
const COUNTER = resolve('script/bench-starts.ts');

/** One `slipway ship` of the bundled tool, as a user starts it. */
export async function ship(
  world: World,
  project: Project,
  options: ShipOptions,
  node: readonly string[] = [],
): Promise<Shipped> {
  const output = join(world.folder, 'output');
  const target = `${world.registry}/${options.place ?? 'ours'}`;
  const argv = [...node, TOOL, 'ship', '--quiet', '--output', output, '--registry', target];
  const { seconds } = await runChild(process.execPath, options.containers ? argv : [...argv, '--no-containers'], {
    cwd: project.directory,
    env: {
      ...project.env,
      BENCH_COUNTS: countsFile(world),
      XDG_CACHE_HOME: join(world.folder, options.cache ?? 'cache'),
    },
    signal: world.signal,
  });
  const record = parseRecord(await readFile(join(output, 'record.json'), 'utf8'), 'record.json');
  const unpublished = record.images.filter((image) => image.published === undefined);
  if (unpublished.length > 0) throw new Error(`not published: ${unpublished.map(({ name }) => name).join(', ')}`);
  return { seconds, record };
}

/** The same with a look into it, which costs time of its own: never compare its seconds with others. */
export async function shipCounted(world: World, project: Project, options: ShipOptions): Promise<Counted> {
  const shipped = await ship(world, project, options, ['--import', COUNTER]);
  return { ...shipped, ...counts.parse(JSON.parse(await readFile(countsFile(world), 'utf8'))) };
}

function countsFile({ folder }: World): string {
  return join(folder, 'counts.json');
}

/** What a user does without us: one bake into the engine, then a `docker push` of each image, all at once. */
export async function bakeAndPush(world: World, project: Project): Promise<{ seconds: number; programs: number }> {
  const nameOf = (image: string): string => `${world.registry}/raw/${image}:bench`;
  const start = performance.now();
  const options = { signal: world.signal, cwd: project.directory, env: project.env };
  await runChild(world.buildx, ['bake', '--file', '-', '--progress', 'plain', ...allowance(project)], {
    ...options,
    input: project.bake(nameOf),
  });
  await Promise.all(project.images.map((image) => runChild('docker', ['push', '--quiet', nameOf(image)], options)));
  return { seconds: (performance.now() - start) / 1000, programs: 1 + project.images.length };
}

function allowance({ directory }: Project): string[] {
  return ['--allow', `fs.read=${directory}`];
}
