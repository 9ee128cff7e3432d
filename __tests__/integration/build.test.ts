import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { buildImages, releaseNames, type BuildOptions, type BuildReport } from '../../src/build/build.ts';
import { keptName } from '../../src/build/names.ts';
import { describeImage } from '../../src/image/describe.ts';
import type { Effects, ImageSource } from '../../src/model/effects.ts';
import type { BuiltImage, Descriptor } from '../../src/model/image.ts';
import type { PlannedImage } from '../../src/model/plan.ts';
import { captureEffects, type CapturedEffects } from '../support/captured-effects.ts';
import { plannedImage } from '../support/planned.ts';

const SECRET = 'hunter2-correct-horse';
const EPOCH = 1_700_000_000;
// a cold engine unpacks the base first
jest.setTimeout(180_000);

let folder: string;
let captured: CapturedEffects;
let built: readonly BuiltImage[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-build-test-'));
  captured = captureEffects({ TOKEN: SECRET });
  built = [];
});
afterEach(async () => {
  await removeNames(built);
  await captured.effects.engineImages.close();
  rmSync(folder, { recursive: true });
});

/** The kept ones too, which the next build of the folder would take over. */
function removeNames(images: readonly BuiltImage[]): Promise<void> {
  const names = images.flatMap(({ local }) => [local, keptName(local)]);
  return releaseNames(captured.effects, names);
}

/** Writes a Dockerfile that no earlier run has built: `NONCE` stands for a text of this run. */
function writeProject(dockerfile: string, files: Readonly<Record<string, string>> = {}): void {
  mkdirSync(join(folder, 'docker'), { recursive: true });
  writeFileSync(join(folder, 'docker/Dockerfile'), dockerfile.replaceAll('NONCE', randomBytes(8).toString('hex')));
  for (const [path, content] of Object.entries(files)) writeFileSync(join(folder, path), content);
}

const image = (name: string, config: Partial<PlannedImage['config']> = {}): PlannedImage =>
  plannedImage(name, { dockerfile: 'docker/Dockerfile', target: name, ...config });

async function build(images: readonly PlannedImage[], options: Partial<BuildOptions> = {}): Promise<BuildReport> {
  const report = await buildImages(captured.effects, images, { directory: folder, ...options });
  built = [...report.images.values()].flatMap((result) => (result.status === 'built' ? [result.image] : []));
  return report;
}

function imageOf(name: string): BuiltImage {
  const found = built.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`${name} was not built:\n${captured.text()}`);
  return found;
}

async function readBlob(source: ImageSource, descriptor: Descriptor): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await source.blob(descriptor)) ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('two images of one file', () => {
  const DOCKERFILE = `FROM debian:bookworm-slim AS base
RUN echo NONCE && cat /proc/sys/kernel/random/uuid > /shared
FROM base AS one
COPY one.txt /
FROM base AS two
COPY two.txt /
`;
  test('one solve builds the shared stage once, and the digests are those of the engine and of the stored bytes', async () => {
    writeProject(DOCKERFILE, { 'one.txt': '1', 'two.txt': '2' });
    const report = await build([image('one'), image('two')], { sourceDateEpoch: EPOCH });
    expect([...report.images.values()].map(({ status }) => status)).toEqual(['built', 'built']);
    const described = await Promise.all(['one', 'two'].map((name) => describe1(captured.effects, imageOf(name))));
    const [one, two] = described;
    expect(one?.layers.at(-2)?.diffId).toBe(two?.layers.at(-2)?.diffId);
    expect(one?.layers.at(-1)?.diffId).not.toBe(two?.layers.at(-1)?.diffId);
    expect(one?.attestations).toHaveLength(1);
    expect(one?.history.at(-1)?.created).toBe(new Date(EPOCH * 1000).toISOString().replace('.000', ''));
  });
  async function describe1(effects: Effects, held: BuiltImage): ReturnType<typeof describeImage> {
    const inspected = await effects.engine.inspectImage(held.runnable);
    expect(inspected?.id).toBe(held.digests.index);
    const opened = await effects.engineImages.open(held.runnable);
    const description = await describeImage(opened.source, opened.digest, { platform: 'linux/amd64' });
    expect(description.digests).toEqual(held.digests);
    return description;
  }
  test('the name of the run is taken away afterwards, the bytes stay under the kept one', async () => {
    writeProject(DOCKERFILE, { 'one.txt': '1', 'two.txt': '2' });
    await build([image('one')]);
    const { engine } = captured.effects;
    const one = imageOf('one');
    await releaseNames(captured.effects, [one.local]);
    expect(await engine.inspectImage(one.local)).toBeUndefined();
    expect((await engine.inspectImage(keptName(one.local)))?.id).toBe(one.digests.index);
    await engine.untagImage(keptName(one.local));
    expect(await engine.inspectImage(one.runnable)).toBeUndefined();
  });
  test('the next build takes the kept name over, and the image that had it is gone', async () => {
    writeProject(DOCKERFILE, { 'one.txt': '1', 'two.txt': '2' });
    await build([image('one')]);
    const first = imageOf('one');
    await releaseNames(captured.effects, [first.local]);
    writeProject(DOCKERFILE, { 'one.txt': 'changed' });
    await build([image('one')]);
    const second = imageOf('one');
    const { engine } = captured.effects;
    expect((await engine.inspectImage(keptName(second.local)))?.id).toBe(second.runnable);
    expect(await engine.inspectImage(first.runnable)).toBeUndefined();
  });
  test('a second build of the same input comes from the cache, bit by bit the same but for its attestation', async () => {
    writeProject(DOCKERFILE, { 'one.txt': '1', 'two.txt': '2' });
    await build([image('one')], { sourceDateEpoch: EPOCH });
    const { digests } = imageOf('one');
    await build([image('one')], { sourceDateEpoch: EPOCH });
    expect(imageOf('one').digests.manifest).toBe(digests.manifest);
    expect(imageOf('one').steps.find(({ name }) => name.includes('RUN echo'))?.cached).toBe(true);
  });
});

describe('what the config asks for', () => {
  test('zstd reaches every layer, and without provenance there is no index', async () => {
    writeProject('FROM debian:bookworm-slim AS api\nRUN echo NONCE > /file\n');
    await build([image('api', { compression: 'zstd', provenance: 'off' })]);
    const held = imageOf('api');
    expect(held.digests.index).toBeUndefined();
    expect(held.runnable).toBe(held.digests.manifest);
    const { source, digest } = await captured.effects.engineImages.open(held.runnable);
    const { layers } = await describeImage(source, digest, { platform: 'linux/amd64' });
    expect([...new Set(layers.map(({ mediaType }) => mediaType))]).toEqual([
      'application/vnd.oci.image.layer.v1.tar+zstd',
    ]);
  });
  test('the engine builds with its own builder, whatever builder and context the user has chosen', async () => {
    writeProject('FROM scratch AS api\nCOPY file /NONCE\n', { file: 'x' });
    const { effects } = captureEffects({ BUILDX_BUILDER: 'no-such-builder' });
    const report = await buildImages(effects, [image('api')], { directory: folder });
    expect(report.images.get('api')?.status).toBe('built');
    const left = [...report.images.values()].flatMap((result) => (result.status === 'built' ? [result.image] : []));
    await removeNames(left);
    await effects.engineImages.close();
  });
});

describe('secrets and arguments', () => {
  const DOCKERFILE = `FROM debian:bookworm-slim AS api
ARG VALUE
RUN --mount=type=secret,id=tok,required=true cat /run/secrets/tok && echo NONCE && wc -c < /run/secrets/tok > /length
RUN echo "[$VALUE]"
`;
  const secrets = [{ id: 'tok', source: { from: 'env', name: 'TOKEN' }, rebuild: false } as const];
  test('a secret reaches its step and nothing else: no layer, no config, no log', async () => {
    writeProject(DOCKERFILE);
    await build([image('api', { secrets })]);
    const held = imageOf('api');
    const { source, digest } = await captured.effects.engineImages.open(held.runnable);
    const description = await describeImage(source, digest, { platform: 'linux/amd64' });
    const blobs = [...description.layers.slice(-2), ...description.attestations, description.configDescriptor];
    const bytes = await Promise.all(blobs.map((descriptor) => readBlob(source, descriptor)));
    const unpacked = bytes.map((blob) => (blob[0] === 0x1f ? gunzipSync(blob) : blob));
    expect(unpacked.some((blob) => blob.includes(String(SECRET.length)))).toBe(true);
    expect(unpacked.some((blob) => blob.includes(SECRET))).toBe(false);
    expect(captured.text()).toContain('| ***');
    expect(captured.text()).not.toContain(SECRET);
    expect(JSON.stringify(held)).not.toContain(SECRET);
  });
  test('a secret step that comes from the cache is named, and one marked rebuild runs again', async () => {
    writeProject(DOCKERFILE);
    await build([image('api', { secrets })]);
    expect(imageOf('api').cachedSecretSteps).toEqual([]);
    await build([image('api', { secrets })]);
    expect(imageOf('api').cachedSecretSteps).toEqual(['tok']);
    await build([image('api', { secrets: secrets.map((secret) => ({ ...secret, rebuild: true })) })]);
    expect(imageOf('api').cachedSecretSteps).toEqual([]);
  });
  test('an argument arrives as it was written and its value is not echoed in the name of the step', async () => {
    writeProject(DOCKERFILE);
    const value = 'a ${b} $${c} %{if} "q" $d';
    await build([image('api', { secrets, args: { VALUE: value } })]);
    expect(captured.text()).toContain(`| [${value}]`);
    expect(captured.text()).toContain('RUN echo "[$VALUE]"');
  });
  test('a secret that is not set is a Fault before anything is built', async () => {
    writeProject(DOCKERFILE);
    const missing = [{ id: 'tok', source: { from: 'env', name: 'NOT_SET' }, rebuild: false } as const];
    await expect(build([image('api', { secrets: missing })])).rejects.toThrow('secret tok of api: env.NOT_SET');
  });
});

describe('builds that do not end well', () => {
  test('a failing RUN is shown with its file, line and output; the other image is built or says why not', async () => {
    writeProject(`FROM debian:bookworm-slim AS good
RUN echo NONCE; sleep 20
FROM debian:bookworm-slim AS bad
RUN echo NONCE; echo to stderr >&2; \\
    exit 3
`);
    const report = await build([image('good'), image('bad')]);
    expect(report.images.get('bad')).toMatchObject({
      status: 'failed',
      failure: { message: 'the command exited with 3', exitCode: 3, file: 'docker/Dockerfile', line: 4 },
    });
    expect(JSON.stringify(report.images.get('bad'))).toContain('to stderr');
    expect(report.images.get('good')).toEqual({ status: 'not-built', reason: 'stopped because bad did not build' });
  });
  test('time that is up ends the build and names the step', async () => {
    writeProject('FROM debian:bookworm-slim AS slow\nRUN echo NONCE; sleep 60\n');
    const report = await build([image('slow')], { deadline: 4000 });
    expect(report.elapsed).toBeLessThan(15_000);
    const failure = { message: 'not built within 4.0 s', command: expect.stringContaining('sleep 60') };
    expect(report.images.get('slow')).toMatchObject({ status: 'failed', failure });
  });
  test('a run that is cancelled stops', async () => {
    writeProject('FROM debian:bookworm-slim AS slow\nRUN echo NONCE; sleep 60\n');
    const controller = new AbortController();
    const { effects } = captureEffects({}, controller.signal);
    const logged = {
      ...effects,
      output: {
        ...effects.output,
        stderr: () => {
          controller.abort(new Error('cancelled'));
        },
      },
    };
    await expect(buildImages(logged, [image('slow')], { directory: folder })).rejects.toThrow('cancelled');
  });
  test('no engine: a Fault of the environment that says where it was looked for', async () => {
    writeProject('FROM scratch AS api\n');
    const { effects } = captureEffects({ DOCKER_HOST: `unix://${folder}/no.sock` });
    await expect(buildImages(effects, [image('api')], { directory: folder })).rejects.toMatchObject({
      name: 'Fault',
      kind: 'environment',
    });
  });
});

describe('caches', () => {
  test('a local cache is written, and read by the next build', async () => {
    writeProject('FROM debian:bookworm-slim AS api\nRUN echo NONCE > /file\n');
    const cache = { type: 'local', location: join(folder, 'cache') } as const;
    await build([{ ...image('api'), cacheFrom: [cache], cacheTo: [{ ...cache, mode: 'max' }] }]);
    expect(await captured.effects.files.stat(join(folder, 'cache/index.json'))).toBeDefined();
    await build([{ ...image('api'), cacheFrom: [cache] }]);
    expect(captured.text()).toContain('importing cache manifest from local');
  });
  test('a cache that cannot be written does not fail the image', async () => {
    writeProject('FROM debian:bookworm-slim AS api\nRUN echo NONCE > /file\n');
    const cache = { type: 'registry', location: '127.0.0.1:9/none/cache:1' } as const;
    const report = await build([{ ...image('api'), cacheFrom: [cache], cacheTo: [cache] }]);
    expect(report.images.get('api')?.status).toBe('built');
  });
});
