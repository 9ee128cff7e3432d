import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeImage } from '../../src/image/describe.ts';
import { makeEffects } from '../../src/io/effects.ts';
import type { Effects } from '../../src/model/effects.ts';
import { clear, type ClearedImage } from '../../src/publish/clear.ts';
import { publishImage } from '../../src/publish/publish.ts';
import { runChild } from './child.ts';
import { startRegistry } from './registry.ts';
import { compareSeconds, median, type Row, seconds } from './row.ts';
import type { World } from './world.ts';

const SIZES = [60_000_000, 30_000_000, 10_000_000];

/** The whole image to an empty registry, by our pusher and by `docker push`, in turn; every push has a registry of its own, so that nothing is there to mount. */
export async function measurePush(world: World, rounds: number, say: (line: string) => void): Promise<Row[]> {
  const name = `slipway-bench/push:${world.tag}`;
  await buildImage(world, name);
  const stream = { write: () => undefined };
  const effects = makeEffects({ env: process.env, stdout: stream, stderr: stream, signal: world.signal });
  const [ours, raw]: [number[], number[]] = [[], []];
  try {
    const image = await clearImage(effects, name);
    for (let round = 0; round < rounds; round += 1) {
      const measureOurs = async () => ours.push(await pushOurs(effects, image, name, world, `ours-${String(round)}`));
      const measureRaw = async () => raw.push(await pushRaw(name, world, `raw-${String(round)}`));
      for (const measure of round % 2 === 0 ? [measureRaw, measureOurs] : [measureOurs, measureRaw]) await measure();
      say(`  docker push ${seconds(raw.at(-1) ?? 0)}, ours ${seconds(ours.at(-1) ?? 0)}`);
    }
  } finally {
    await effects.engineImages.close();
    await runChild('docker', ['image', 'rm', name]);
  }
  const what = '100 MB in three layers to an empty registry: our push / docker push';
  return [compareSeconds(what, median(ours), median(raw), { ratio: 1 })];
}

async function buildImage(world: World, name: string): Promise<void> {
  const folder = join(world.folder, 'push');
  await mkdir(folder);
  // Random bytes: what cannot be compressed travels as it is.
  for (const [index, size] of SIZES.entries()) await writeFile(join(folder, String(index)), randomBytes(size));
  const lines = SIZES.map((_, index) => `COPY ${String(index)} /`);
  await writeFile(join(folder, 'Dockerfile'), `FROM scratch\n${lines.join('\n')}\n`);
  await runChild('docker', ['build', '--quiet', '--tag', name, folder], { signal: world.signal });
}

async function clearImage(effects: Effects, name: string): Promise<ClearedImage> {
  const { source, digest } = await effects.engineImages.open(name);
  const { digests } = await describeImage(source, digest);
  const passed = { rule: 'platform', status: 'passed', severity: 'error', findings: [] } as const;
  const clearance = clear({ gpu: 'none', built: { name: 'push', digests }, judged: digests, outcomes: [passed] });
  if (clearance.cleared) return clearance.image;
  throw new Error(clearance.reasons.join(', '));
}

async function pushOurs(
  effects: Effects,
  image: ClearedImage,
  name: string,
  world: World,
  place: string,
): Promise<number> {
  return withRegistry(world, place, async (host) => {
    const start = performance.now();
    const { source } = await effects.engineImages.open(name);
    const sink = await effects.stores.openSink({ type: 'registry', location: `${host}/team` }, 'push');
    await publishImage(effects, image, source, sink, { tags: ['v1'], moving: [] });
    return (performance.now() - start) / 1000;
  });
}

async function pushRaw(name: string, world: World, place: string): Promise<number> {
  return withRegistry(world, place, async (host) => {
    const tag = `${host}/team/push:v1`;
    await runChild('docker', ['tag', name, tag]);
    try {
      return (await runChild('docker', ['push', '--quiet', tag], { signal: world.signal })).seconds;
    } finally {
      await runChild('docker', ['image', 'rm', tag]);
    }
  });
}

async function withRegistry<T>(world: World, place: string, use: (host: string) => Promise<T>): Promise<T> {
  const folder = join(world.folder, place);
  await mkdir(folder);
  const registry = await startRegistry(folder);
  try {
    return await use(registry.host);
  } finally {
    await registry.close();
  }
}
