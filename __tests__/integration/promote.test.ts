import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openRegistrySink, openRegistrySource } from '../../src/io/registry.ts';
import { type Artifact, RECORD_ARTIFACT } from '../../src/model/artifact.ts';
import type { ImageRecord, RunRecord } from '../../src/model/record.ts';
import { runPipeline } from '../../src/pipeline.ts';
import type { Promotion } from '../../src/pipeline/request.ts';
import { attachArtifact } from '../support/attach.ts';
import { clear } from '../../src/publish/clear.ts';
import { publishImage } from '../../src/publish/publish.ts';
import { captureEffects } from '../support/captured-effects.ts';
import { findProgram, startDockerRegistry, type RealRegistry } from '../support/docker-registry.ts';
import { commitAll, runGit } from '../support/git-clones.ts';
import { makeMemoryImage, type MemoryImage } from '../support/memory-image.ts';
import { anImageRecord, anOutcome, aRecord } from '../support/records.ts';
import { makeTestContext } from '../support/registry-context.ts';

const program = findProgram('docker-registry');
const VERSION_TAGS = ['1.2.3', '1.2', '1', 'latest'];

let root = '';
let folder = '';
let registry: RealRegistry;
let round = 0;
let team = '';
let commits: string[] = [];
beforeAll(async () => {
  if (program === undefined) return;
  root = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  folder = join(root, 'project');
  await runGit(root, 'init', '-q', '-b', 'main', folder);
  commits = [await commitAll(folder, 'one'), await commitAll(folder, 'two')];
  registry = await startDockerRegistry(program);
});
afterAll(async () => {
  await registry.stop();
  await rm(root, { recursive: true, force: true });
});
beforeEach(() => {
  round += 1;
  team = `${registry.host}/team${String(round)}`;
});

interface Published {
  readonly text?: string;
  readonly name?: string;
  readonly to?: string;
  readonly commit?: number;
  readonly tags?: readonly string[];
  readonly image?: Partial<ImageRecord>;
  readonly artifacts?: readonly Artifact[];
}

/** What a run on the default branch leaves in a registry: the image, its record attached, its tags. */
async function land({ text = 'first', name = 'api', to = team, commit = 0, ...change }: Published = {}) {
  const memory = makeMemoryImage([`${name} ${text}`]);
  const { digests } = memory;
  const revision = commits[commit] ?? '';
  const record = aRecord({
    source: { event: 'push', commit: revision, branch: 'main', dirty: false, fork: false },
    images: [anImageRecord({ name, digests, ...change.image })],
  });
  const passed = { rule: 'platform', status: 'passed', severity: 'error', findings: [] } as const;
  const clearance = clear({ gpu: 'none', built: { name, digests }, judged: digests, outcomes: [passed] });
  if (!clearance.cleared) throw new Error('not cleared');
  const context = makeTestContext();
  const attached: Artifact = {
    artifactType: RECORD_ARTIFACT,
    bytes: Buffer.from(JSON.stringify(record)),
    annotations: {
      'vnd.slipway.policy': 'a'.repeat(64),
      'org.opencontainers.image.revision': revision,
      'org.opencontainers.image.created': `2026-01-0${String(commit + 1)}T00:00:00Z`,
    },
  };
  await publishImage(context, clearance.image, memory.source, openRegistrySink(`${to}/${name}`, context), {
    tags: change.tags ?? [`sha-${revision.slice(0, 12)}`],
    moving: [],
    artifacts: change.artifacts ?? [attached],
  });
  return memory;
}

interface Asked extends Partial<Promotion> {
  readonly registry?: string;
  readonly only?: readonly string[];
  readonly staging?: string;
  readonly images?: readonly string[];
}

async function promote(
  what: string,
  { registry: location = team, only = [], staging, images = ['api'], ...asked }: Asked,
): Promise<RunRecord> {
  const lines = images.map((name) => `  ${name}: { dockerfile: Dockerfile }`);
  const head = staging === undefined ? '' : `staging: ${staging}\n`;
  await writeFile(join(folder, 'slipway.yml'), `${head}registry: ${location}\nimages:\n${lines.join('\n')}\n`);
  const { effects } = captureEffects();
  return runPipeline(effects, {
    command: 'promote',
    directory: folder,
    output: join(root, 'out'),
    only,
    containers: true,
    promotion: { what, tags: ['v1.2.3'], back: false, ...asked },
  });
}
const actionsOf = (record: RunRecord) => record.images[0]?.published?.tags.map(({ tag, action }) => `${tag} ${action}`);
const digestAt = async (location: string, tag: string) =>
  (await openRegistrySink(location, makeTestContext()).head(tag))?.digest;
const digestOf = ({ digests }: MemoryImage): string => digests.index;

(program === undefined ? describe.skip : describe)('promotion in a real docker-registry', () => {
  test.each([
    ['a digest', (image: MemoryImage) => digestOf(image)],
    ['a commit', () => commits[0] ?? ''],
    ['the first digits of a commit', () => (commits[0] ?? '').slice(0, 9)],
    ['a reference by digest', (image: MemoryImage) => `${team}/api@${digestOf(image)}`],
    ['a reference by tag', () => `${team}/api:sha-${(commits[0] ?? '').slice(0, 12)}`],
  ])('%s gets the tags of a release; not a byte travels, and again nothing moves', async (_, name) => {
    const image = await land();
    const record = await promote(name(image), {});
    expect(record.problems).toEqual([]);
    expect(record.run.command).toBe('promote');
    expect(actionsOf(record)).toEqual(VERSION_TAGS.map((tag) => `${tag} created`));
    expect(record.images[0]?.published).toMatchObject({ digest: digestOf(image), uploadedBlobs: 0, uploadedBytes: 0 });
    for (const tag of VERSION_TAGS) expect(await digestAt(`${team}/api`, tag)).toBe(digestOf(image));
    const sink = openRegistrySink(`${team}/api`, makeTestContext());
    expect(await sink.referrers(image.digests.index)).toHaveLength(1);
    expect(actionsOf(await promote(name(image), {}))).toEqual(VERSION_TAGS.map((tag) => `${tag} same`));
  });

  test('a commit’s images are all promoted, or none', async () => {
    await land();
    const asked = { images: ['api', 'worker'] };
    await expect(promote(commits[0] ?? '', asked)).rejects.toThrow(/^worker: there is no sha-[0-9a-f]{12} to promote$/);
    expect(await digestAt(`${team}/api`, '1.2.3')).toBeUndefined();
    await land({ name: 'worker' });
    const record = await promote(commits[0] ?? '', asked);
    expect(record.images.map(({ name, published }) => [name, published?.tags.length])).toEqual([
      ['api', 4],
      ['worker', 4],
    ]);
  });

  test.each<[string, Published, RegExp]>([
    ['nothing attached', { artifacts: [] }, /no record is attached to it, so nothing proves it/],
    [
      'a rule that failed',
      { image: { outcomes: [anOutcome({ rule: 'user.config', status: 'failed' })], blocked: ['user.config failed'] } },
      /its record says user\.config failed$/,
    ],
    [
      'a rule that could not decide',
      { image: { outcomes: [anOutcome({ rule: 'size.unpacked', status: 'undecided' })] } },
      /its record says size\.unpacked undecided$/,
    ],
    ['no rule at all', { image: { outcomes: [] } }, /no rule judged it/],
    [
      'a record of other bytes',
      { image: { digests: { manifest: `sha256:${'1'.repeat(64)}`, config: `sha256:${'2'.repeat(64)}` } } },
      /about other bytes/,
    ],
  ])('refuses %s', async (_, change, message) => {
    const image = await land(change);
    await expect(promote(digestOf(image), {})).rejects.toThrow(message);
    expect(await digestAt(`${team}/api`, '1.2.3')).toBeUndefined();
  });

  test.each([
    ['a digest nobody has', `sha256:${'9'.repeat(64)}`, {}, /there is no sha256:9+ to promote/],
    ['a word', 'main', {}, /"main" is neither a digest nor a commit of this clone/],
    ['an option', '--upload-pack=x', {}, /neither a digest nor a commit/],
    ['a tag that is none', `sha256:${'9'.repeat(64)}`, { tags: ['a b'] }, /"a b" is not a tag/],
    ['an image the config lacks', 'host/team/apo:1', {}, /there is no image apo/],
  ])('refuses %s', async (_, what, asked, message) => {
    await expect(promote(what, asked)).rejects.toThrow(message);
  });

  test('into another repository: attestations, records and what else is attached come along', async () => {
    const image = await land({ to: `${team}-from` });
    const from = openRegistrySink(`${team}-from/api`, makeTestContext());
    const stored = await from.manifest(image.digests.index);
    if (stored === undefined) throw new Error('not published');
    const extra = { artifactType: 'application/vnd.example.extra', bytes: Buffer.from('signed'), annotations: {} };
    await attachArtifact(from, stored, extra);
    const record = await promote(digestOf(image), { from: `${team}-from` });
    expect(actionsOf(record)).toEqual(VERSION_TAGS.map((tag) => `${tag} created`));
    expect(record.images[0]?.published).toMatchObject({ digest: digestOf(image), uploadedBlobs: 4 });
    const to = openRegistrySource(`${team}/api`, makeTestContext());
    for (const digest of image.manifests.keys()) expect((await to.manifest(digest))?.digest).toBe(digest);
    for (const [digest, bytes] of image.blobs) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of (await to.blob({ digest, size: bytes.length, mediaType: '' })) ?? [])
        chunks.push(chunk);
      expect(Buffer.concat(chunks)).toEqual(Buffer.from(bytes));
    }
    const types = (await to.referrers?.(image.digests.index))?.map(({ artifactType }) => artifactType);
    expect(types?.sort()).toEqual(['application/vnd.example.extra', RECORD_ARTIFACT]);
  });

  test('from our own staging repository of the same registry no blob travels', async () => {
    const staging = `${team}-staging`;
    const image = await land({ to: staging });
    const record = await promote(digestOf(image), { staging });
    expect(record.images[0]?.published).toMatchObject({ uploadedBlobs: 0, uploadedBytes: 0, mountedBlobs: 4 });
    expect(await digestAt(`${team}/api`, 'latest')).toBe(digestOf(image));
  });

  test('a version tag ships what its commit’s run published, without a build and without an engine', async () => {
    const image = await land();
    await writeFile(join(folder, 'slipway.yml'), `registry: ${team}\nimages:\n  api: { dockerfile: Dockerfile }\n`);
    const { effects } = captureEffects({
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_REF: 'refs/tags/v1.2.3',
      GITHUB_SHA: commits[0] ?? '',
      DOCKER_HOST: 'unix:///nowhere.sock',
    });
    const request = {
      command: 'ship',
      directory: folder,
      output: join(root, 'out'),
      only: [],
      containers: true,
    } as const;
    const record = await runPipeline(effects, request);
    expect(actionsOf(record)).toEqual(VERSION_TAGS.map((tag) => `${tag} created`));
    expect(await digestAt(`${team}/api`, '1.2.3')).toBe(digestOf(image));
    expect(actionsOf(await runPipeline(effects, request))).toEqual(VERSION_TAGS.map((tag) => `${tag} same`));
  });

  test('a version that is another image is a clear error, and nothing moves', async () => {
    const [one, two] = [await land(), await land({ text: 'second', commit: 1 })];
    await promote(digestOf(one), {});
    const record = await promote(digestOf(two), {});
    expect(record.problems[0]?.message).toMatch(/^api was not published: the version 1\.2\.3 is another image already/);
    expect(await digestAt(`${team}/api`, 'latest')).toBe(digestOf(one));
  });

  test('any other tag moves only to later commits; back goes it only when that is asked for', async () => {
    const [one, two] = [await land(), await land({ text: 'second', commit: 1 })];
    expect(actionsOf(await promote(digestOf(one), { tags: ['stable'] }))).toEqual(['stable created']);
    expect(actionsOf(await promote(digestOf(two), { tags: ['stable'] }))).toEqual(['stable moved']);
    expect(actionsOf(await promote(digestOf(one), { tags: ['stable'] }))).toEqual(['stable kept']);
    expect(await digestAt(`${team}/api`, 'stable')).toBe(digestOf(two));
    const back = await promote(digestOf(one), { tags: ['stable'], back: true });
    expect(back.images[0]?.published?.tags[0]).toMatchObject({
      action: 'moved',
      reason: expect.stringMatching(/--back$/),
    });
    expect(back.publish.reason).toContain('--back');
    expect(await digestAt(`${team}/api`, 'stable')).toBe(digestOf(one));
  });
});
