import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { ImageConfig } from '../../src/model/config.ts';
import type { Plan, SourceEvent } from '../../src/model/plan.ts';
import { askOnce, describeDiskShortage } from '../../src/plan/feasibility.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { blankConfig, blankImage } from '../support/blank.ts';
import { makeFolder } from '../support/folder.ts';
import { makePlanEffects, type PlanScript } from '../support/plan-effects.ts';

const EVENT: SourceEvent = {
  name: 'push',
  commit: '0123456789abcdef0123456789abcdef01234567',
  branch: 'main',
  defaultBranch: 'main',
  dirty: false,
  fork: false,
};
const INSIDE = { dockerfile: 'docker/Dockerfile', context: '.' };
const TAGS = { pullRequest: [], branch: ['sha-{sha:12}', '{branch}'], release: ['{version}'] };

interface Setting {
  readonly entries?: Readonly<Record<string, string | number>>;
  readonly images?: readonly ImageConfig[];
  readonly script?: PlanScript;
  readonly event?: SourceEvent;
  readonly only?: readonly string[];
}

async function plan({
  entries = { Dockerfile: 'FROM base\n' },
  images,
  script,
  event = EVENT,
  only,
}: Setting): Promise<Plan> {
  const directory = await makeFolder(entries);
  const config = blankConfig({
    directory,
    tags: TAGS,
    registry: 'r.example/p',
    ...(images === undefined ? {} : { images }),
  });
  return await makePlan(makePlanEffects(script), config, { event, ...(only === undefined ? {} : { only }) });
}

test('a plan says images, tags, caches, policy, publishing and facts', async () => {
  const result = await plan({
    script: { engine: {}, bases: { base: 10 }, programs: { buildx: () => ({ stdout: '{}' }) } },
  });
  expect(result).toMatchObject({
    event: EVENT,
    publish: { publish: true },
    images: [
      {
        name: 'api',
        tags: ['sha-0123456789ab', 'main'],
        cacheFrom: [{ type: 'registry', location: 'r.example/p/api:buildcache-main' }],
        cacheTo: [{ type: 'registry', location: 'r.example/p/api:buildcache-main', mode: 'max' }],
        policyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        dockerfile: { state: 'known', value: { file: 'Dockerfile', stages: [{ reference: 'base' }] } },
        buildCheck: { state: 'known', value: [] },
        context: { state: 'known', value: { bytes: 0 } },
        feasibility: { state: 'known', value: { bases: [{ reference: 'base', bytes: 10, line: 1, final: true }] } },
      },
    ],
  });
});

test('without engine, buildx and registry it is still a plan, and says what it does not know', async () => {
  const [image] = (await plan({})).images;
  expect(image).toMatchObject({
    buildCheck: { state: 'skipped', reason: expect.stringContaining('buildx is not installed') },
    feasibility: { value: { bases: [{ reason: 'the registry does not know it' }], emulated: [] } },
  });
});

test('a Dockerfile that the build would refuse is undecided with its line', async () => {
  const [image] = (await plan({ entries: { Dockerfile: 'FROM a\nRUN <<EOF\n' } })).images;
  const reason = 'Dockerfile:2: the here-document EOF is not terminated';
  expect(image).toMatchObject({
    dockerfile: { state: 'undecided', reason },
    context: { state: 'undecided', reason },
    feasibility: { state: 'skipped' },
  });
});

test('`only` plans those images, and an unknown name is a Fault with the nearest word', async () => {
  const images = [blankImage(), blankImage({ name: 'orchestrator' })];
  expect((await plan({ images, only: ['orchestrator'] })).images.map(({ name }) => name)).toEqual(['orchestrator']);
  await expect(plan({ images, only: ['orchestratr'] })).rejects.toMatchObject({
    name: 'Fault',
    message: 'there is no image `orchestratr`; did you mean `orchestrator`?',
    where: '--only',
  });
});

test('Dockerfiles and contexts that are not there are one Fault with every place', async () => {
  const place = { file: 'slipway.yml', line: 3, column: 17 };
  const images = [
    blankImage({ dockerfile: 'docker/nope', places: { dockerfile: place } }),
    blankImage({ name: 'web', context: 'web' }),
    blankImage({ name: 'dir', dockerfile: 'folder' }),
  ];
  await expect(plan({ images, entries: { Dockerfile: 'FROM a', 'folder/': '' } })).rejects.toMatchObject({
    name: 'Fault',
    kind: 'user',
    message: 'api: there is no docker/nope',
    where: 'slipway.yml:3:17',
    complaints: [
      { message: 'api: there is no docker/nope', place },
      { message: 'web: there is no folder web to build from' },
      { message: 'dir: folder is a folder, not a Dockerfile' },
    ],
  });
});

test('a Dockerfile or context that links out of the repository is refused; links inside of it are not', async () => {
  const outside = await makeFolder({ Dockerfile: 'FROM a', 'app/': '' });
  const directory = await makeFolder({ 'docker/Dockerfile': 'FROM a', 'app/': '', '.git/': '' });
  await symlink(join(outside, 'Dockerfile'), join(directory, 'linked'));
  await symlink(outside, join(directory, 'away'));
  await symlink('app', join(directory, 'near'));
  const planned = (change: Partial<ImageConfig>): Promise<Plan> =>
    makePlan(makePlanEffects(), blankConfig({ directory, images: [blankImage({ ...INSIDE, ...change })] }), {
      event: EVENT,
    });
  await expect(planned({ context: 'near' })).resolves.toMatchObject({ images: [{ name: 'api' }] });
  await expect(planned({ dockerfile: 'linked' })).rejects.toThrow(/^api: linked leads out of the repository, to \//);
  await expect(planned({ context: 'away' })).rejects.toThrow(`api: away leads out of the repository, to ${outside}`);
});

const STAGES = `FROM big AS build
FROM --platform=linux/arm64 small AS base
FROM base
COPY --from=build /a /a
COPY --from=tools:1 /b /b
FROM unused AS unused
`;

test('bases are those of the built stages, images that are copied from included', async () => {
  const images = [blankImage({ target: '2', platforms: ['linux/amd64', 'linux/arm64/v8'] })];
  const [image] = (await plan({ images, entries: { Dockerfile: STAGES }, script: { engine: {}, bases: { big: 9 } } }))
    .images;
  expect(image?.feasibility).toMatchObject({
    value: {
      bases: [
        { reference: 'big', line: 1, final: false, bytes: 9 },
        { reference: 'small', line: 2, final: true, reason: 'the registry does not know it' },
        { reference: 'tools:1', line: 5, final: false },
      ],
      emulated: ['linux/arm64/v8'],
      freeBytes: expect.any(Number),
    },
  });
});

test('a disk that cannot hold the compressed bases is said, each base counted and asked once', async () => {
  const images = [blankImage(), blankImage({ name: 'b' })];
  expect(describeDiskShortage(await plan({ images, script: { engine: {}, bases: { base: 1 } } }))).toBeUndefined();
  expect(describeDiskShortage(await plan({ images, script: { bases: { base: 1e18 } } }))).toBeUndefined();
  const huge = await plan({ images, script: { engine: {}, bases: { base: 1e18 } } });
  expect(describeDiskShortage(huge)).toMatch(
    /^the base images are at least 1000000 TB to download \(base\), .* are free/,
  );
  const asked: string[] = [];
  const ask = askOnce(async (reference, platform) => {
    asked.push(`${reference} ${platform}`);
    return await Promise.resolve({ bytes: 1 });
  });
  await Promise.all([ask('a', 'linux/amd64'), ask('a', 'linux/amd64'), ask('a', 'linux/arm64')]);
  expect(asked).toEqual(['a linux/amd64', 'a linux/arm64']);
});

test('a dirty tree on the command line has one tag, publishes, and a fork’s pull request does not', async () => {
  const dirty = await plan({ event: { ...EVENT, name: 'command-line', dirty: true } });
  expect(dirty.images[0]?.tags).toEqual(['sha-0123456789ab-dirty']);
  expect(dirty.publish.publish).toBe(true);
  const fork = await plan({ event: { ...EVENT, name: 'pull_request', fork: true } });
  expect(fork).toMatchObject({ publish: { publish: false }, images: [{ tags: [], cacheTo: [] }] });
});
