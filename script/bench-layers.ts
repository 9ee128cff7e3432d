// Reads a layer blob the way rules do (digest, diff id, tar entries) and by Node's gunzip alone, and prints the ratio.
// script/bench measures with it, too. By itself:
//   node script/bench-layers.ts [blob.tar.gz]      a blob of yours, else one generated from this machine's files
//   node script/bench-layers.ts --many [files]     a generated layer of 10^6 small files: memory
//   node script/bench-layers.ts --large [MB]       a generated layer of one 1 GB file: memory
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { mergeLayers } from '../src/image/merge.ts';
import { makeImageBudget } from '../src/image/read-budget.ts';
import { readLayer } from '../src/image/layer.ts';
import { measureWaste } from '../src/image/waste.ts';
import type { Digest } from '../src/model/digest.ts';
import type { FactCache, ImageSource } from '../src/model/effects.ts';
import type { LayerDescriptor } from '../src/model/image.ts';
import { writeEntry } from '../__tests__/support/tar-writer.ts';

const CHUNK = 2 ** 18;
const RUNS = 3;

export interface Timing {
  readonly seconds: number;
  readonly bytes: number;
  /** Seconds of all threads. */
  readonly cpu?: number;
}

async function describe(path: string): Promise<LayerDescriptor> {
  const [stored, decoded] = [createHash('sha256'), createHash('sha256')];
  await pipeline(
    createReadStream(path, { highWaterMark: CHUNK }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        stored.update(chunk);
        yield chunk;
      }
    },
    createGunzip({ chunkSize: CHUNK }),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) decoded.update(chunk);
    },
  );
  const digest = (hash: typeof stored): Digest => `sha256:${hash.digest('hex')}`;
  const { size } = await stat(path);
  const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
  return { mediaType, digest: digest(stored), diffId: digest(decoded), size, base: false };
}

function sourceOf(path: string): ImageSource {
  return {
    description: path,
    manifest: () => Promise.resolve(undefined),
    blob: () => Promise.resolve(createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Uint8Array>),
  };
}

const NO_CACHE: FactCache = { get: () => Promise.resolve(undefined), put: () => Promise.resolve() };

/** The comparison: the same reads and buffer sizes, the decoder, nothing else. */
async function timeGunzip(path: string, options: object): Promise<Timing> {
  const start = performance.now();
  let bytes = 0;
  await pipeline(
    createReadStream(path, { highWaterMark: CHUNK }),
    createGunzip(options),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) bytes += chunk.length;
    },
  );
  return { seconds: (performance.now() - start) / 1000, bytes };
}

async function timeReader(path: string, layer: LayerDescriptor): Promise<Timing> {
  const start = performance.now();
  const facts = await readLayer(sourceOf(path), NO_CACHE, layer, makeImageBudget(layer.size).layer());
  return { seconds: (performance.now() - start) / 1000, bytes: facts.unpackedBytes };
}

/** Each measurement in turn, so that a busy moment of the machine does not fall on one of them; the best run of each. */
async function bestOf(measurements: readonly (() => Promise<Timing>)[]): Promise<Timing[]> {
  const best: Timing[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    for (const [index, measure] of measurements.entries()) {
      const cpu = process.cpuUsage();
      const timing = await measure();
      const { user, system } = process.cpuUsage(cpu);
      const seen = best[index];
      if (seen === undefined || timing.seconds < seen.seconds) best[index] = { ...timing, cpu: (user + system) / 1e6 };
    }
  }
  return best;
}

export interface LayerTimings {
  /** Gunzip with Node's default buffers. */
  readonly plain: Timing;
  /** Gunzip with the reader's buffers. */
  readonly tuned: Timing;
  readonly reader: Timing;
  readonly layer: LayerDescriptor;
}

/** Times the reader and gunzip alone over one gzip blob. */
export async function timeLayer(path: string): Promise<LayerTimings> {
  const layer = await describe(path);
  const [plain, tuned, reader] = await bestOf([
    () => timeGunzip(path, {}),
    () => timeGunzip(path, { chunkSize: CHUNK, highWaterMark: 8 * CHUNK }),
    () => timeReader(path, layer),
  ]);
  if (plain === undefined || tuned === undefined || reader === undefined) throw new Error('nothing was measured');
  return { plain, tuned, reader, layer };
}

async function compare(path: string): Promise<void> {
  const { plain, tuned, reader, layer } = await timeLayer(path);
  const line = ({ seconds, bytes, cpu }: Timing) =>
    `${seconds.toFixed(2)} s (CPU ${(cpu ?? 0).toFixed(2)} s), ${(bytes / seconds / 1e6).toFixed(0)} MB/s`;
  const size = `${(layer.size / 1e6).toFixed(0)} MB, unpacked ${(reader.bytes / 1e6).toFixed(0)} MB`;
  console.log(`blob ${size}, best of ${String(RUNS)}`);
  console.log(`gunzip alone, Node's default buffers  ${line(plain)}`);
  console.log(`gunzip alone, this reader's buffers   ${line(tuned)}`);
  console.log(`layer reader                          ${line(reader)}`);
  const ratios = [plain, tuned].map(({ seconds }) => (reader.seconds / seconds).toFixed(2));
  console.log(`ratio to default / to equal buffers   ${ratios.join(' / ')} (goal 1.60)`);
}

async function* manyFiles(count: number): AsyncGenerator<Buffer> {
  let batch: Buffer[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = `usr/lib/node_modules/package-${String(index >> 6)}/dist/module-${String(index)}.js`;
    batch.push(writeEntry({ name, body: `export const value${String(index)} = ${String(index)};\n` }));
    if (batch.length === 1000) {
      yield await Promise.resolve(Buffer.concat(batch));
      batch = [];
    }
  }
  yield Buffer.concat([...batch, Buffer.alloc(1024)]);
}

async function* largeFile(megabytes: number): AsyncGenerator<Buffer> {
  yield await Promise.resolve(writeEntry({ name: 'model.bin', size: megabytes * 1e6 }));
  const block = Buffer.alloc(1e6);
  for (let index = 0; index < megabytes; index += 1) {
    block.fill(index & 0xff, 0, 500_000);
    yield Buffer.from(block);
  }
  yield Buffer.alloc(1024 + ((512 - ((megabytes * 1e6) % 512)) % 512));
}

/** Reads and merges in this process and says the most memory the whole process ever had. */
async function measureMemory(path: string): Promise<void> {
  const layer = await describe(path);
  const before = process.resourceUsage().maxRSS / 1000;
  const start = performance.now();
  const facts = await readLayer(sourceOf(path), NO_CACHE, layer, makeImageBudget(layer.size).layer());
  const read = performance.now();
  const waste = measureWaste(mergeLayers([facts.listing]));
  const merged = performance.now();
  console.log(
    `${String(facts.entries)} entries, ${(facts.unpackedBytes / 1e6).toFixed(0)} MB unpacked, listing ${(facts.listing.length / 1e6).toFixed(1)} MB, bodies ${(waste.totalBodyBytes / 1e6).toFixed(0)} MB`,
  );
  console.log(`read ${((read - start) / 1000).toFixed(2)} s, merge ${((merged - read) / 1000).toFixed(2)} s`);
  console.log(
    `peak memory ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB (before reading ${before.toFixed(0)} MB)`,
  );
}

/** A tar of real files, packed by the system's tar and gzip. */
async function packMachine(path: string): Promise<void> {
  const packing = spawn('tar', ['-C', '/usr', '-czf', path, 'bin', 'share/doc', 'lib/x86_64-linux-gnu'], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  await new Promise((resolve) => packing.once('close', resolve));
}

async function main(argv: readonly string[]): Promise<void> {
  const [what, amount] = argv;
  if (what !== undefined && !what.startsWith('--')) {
    await compare(what);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  const path = join(folder, 'layer.tar.gz');
  const generate = (chunks: AsyncIterable<Buffer>) =>
    pipeline(Readable.from(chunks), createGzip({ level: 1 }), createWriteStream(path));
  try {
    if (what === '--many') await generate(manyFiles(Number(amount ?? 1_000_000)));
    else if (what === '--large') await generate(largeFile(Number(amount ?? 1000)));
    else await packMachine(path);
    if (what === undefined) await compare(path);
    else await measureMemory(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) await main(process.argv.slice(2));
