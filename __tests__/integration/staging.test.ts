import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openRegistrySink } from '../../src/io/registry.ts';
import type { Fault } from '../../src/model/fault.ts';
import type { RunRecord } from '../../src/model/record.ts';
import { runPipeline } from '../../src/pipeline.ts';
import type { Command } from '../../src/pipeline/request.ts';
import { captureEffects } from '../support/captured-effects.ts';
import { makeRepository, type Repository } from '../support/dist.ts';
import { findProgram, type RealRegistry, startDockerRegistry } from '../support/docker-registry.ts';
import { makeTestContext } from '../support/registry-context.ts';
import { removeImageNames } from '../support/running.ts';
import { SERVICE } from '../support/small-service.ts';

const MINUTES = 4 * 60_000;
const program = findProgram('docker-registry');

let project: Repository;
let registry: RealRegistry;
let built: RunRecord;
beforeAll(async () => {
  if (program === undefined) return;
  registry = await startDockerRegistry(program);
  project = await makeRepository(SERVICE);
  const places = `registry: ${registry.host}/team\nstaging: ${registry.host}/staging\n`;
  await project.write({ 'slipway.yml': `${places}${SERVICE['slipway.yml']}` });
  const repository = { full_name: 'team/project', default_branch: 'main' };
  await writeFile(join(dirname(project.output), 'event.json'), JSON.stringify({ repository }));
  built = await job('stage', { output: 'build' });
}, MINUTES);
afterAll(async () => {
  await registry.stop();
  await removeImageNames(project);
  await project.remove();
});

interface Job {
  readonly output: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stagedRun?: string;
  readonly stagedDigests?: ReadonlyMap<string, string>;
}

/** One job of a workflow run on a push to the default branch: its own machine, so its own output folder. */
async function job(command: Command, { output, env = {}, ...change }: Job): Promise<RunRecord> {
  const { effects } = captureEffects({
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: project.commit,
    GITHUB_RUN_ID: '77',
    GITHUB_EVENT_PATH: join(dirname(project.output), 'event.json'),
    ...env,
  });
  try {
    return await runPipeline(effects, {
      command,
      directory: project.directory,
      output: join(dirname(project.output), output),
      only: [],
      containers: false,
      ...change,
    });
  } finally {
    await effects.engineImages.close();
  }
}
const digestAt = async (path: string, tag: string) =>
  (await openRegistrySink(`${registry.host}/${path}`, makeTestContext()).head(tag))?.digest;

(program === undefined ? describe.skip : describe)('a build job stages, a publish job publishes', () => {
  test('the candidate waits under the run and its name, with what proves it', async () => {
    const [image] = built.images;
    expect(built.problems).toEqual([]);
    expect(image?.published).toBeUndefined();
    expect(image?.staged).toMatchObject({ digest: image?.digests?.index, tags: [{ tag: 'run-77-api' }] });
    expect(await digestAt('staging/api', 'run-77-api')).toBe(image?.digests?.index);
    expect(await digestAt('team/api', 'main')).toBeUndefined();
  });

  test.each<[string, Partial<Job>, RegExp]>([
    ['another workflow run', { env: { GITHUB_RUN_ID: '78' } }, /no image of the run 78 is in staging/],
    [
      'another commit',
      { env: { GITHUB_SHA: 'f'.repeat(40) } },
      /the record attached to the candidate is of the commit/,
    ],
    [
      'bytes that another run put in their place',
      { stagedDigests: new Map([['api', `sha256:${'0'.repeat(64)}`]]) },
      /the candidate is of bytes that no build job of this run says it put there \(sha256:[0-9a-f]{64}\)$/,
    ],
    ['an image that no build job of the run put there', { stagedDigests: new Map() }, /no build job of this run/],
  ])('refuses the candidates for %s', async (_, change, message) => {
    const failure = await job('publish', { output: 'refused', ...change }).catch((error: unknown) => error as Fault);
    expect(failure).toMatchObject({ name: 'Fault', message: expect.stringMatching(message) });
    expect(await digestAt('team/api', 'main')).toBeUndefined();
  });

  test('a tag that names a run which is not the record’s own is refused', async () => {
    const staging = openRegistrySink(`${registry.host}/staging/api`, makeTestContext());
    const root = await staging.manifest('run-77-api');
    if (root === undefined) throw new Error('not staged');
    await staging.putManifest('run-79-api', root);
    await expect(job('publish', { output: 'forged', stagedRun: '79' })).rejects.toThrow(/is of the run 77, not 79/);
  });

  test('a run without an identity, a fork’s or Dependabot’s, stages nothing and is no error', async () => {
    const env = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_ACTOR: 'dependabot[bot]', GITHUB_RUN_ID: '80' };
    const record = await job('stage', { output: 'fork', env });
    expect(record).toMatchObject({ problems: [], publish: { decided: false, reason: expect.stringMatching(/^fork/) } });
    expect(record.images[0]).toMatchObject({ status: 'built', blocked: [] });
    expect(record.images[0]?.staged).toBeUndefined();
    expect(await digestAt('staging/api', 'run-80-api')).toBeUndefined();
  });

  test('a pull request publishes nothing of it', async () => {
    const env = { GITHUB_EVENT_NAME: 'merge_group' };
    const record = await job('publish', { output: 'queue', env });
    expect(record.publish).toMatchObject({ decided: false, reason: expect.stringMatching(/merge group/) });
    expect(await digestAt('team/api', 'main')).toBeUndefined();
  });

  test('the publish job moves no byte and brings everything that is attached; run again it changes nothing', async () => {
    const record = await job('publish', {
      output: 'publish',
      stagedDigests: new Map([['api', built.images[0]?.staged?.digest ?? '']]),
    });
    const [image] = record.images;
    expect(record.problems).toEqual([]);
    expect(image?.published).toMatchObject({ digest: built.images[0]?.digests?.index, uploadedBlobs: 0 });
    expect(image?.published).toMatchObject({ presentBlobs: 0 });
    expect(image?.published?.mountedBlobs).toBeGreaterThan(3);
    expect(image?.published?.tags.map(({ action }) => action)).toEqual(['created', 'created']);
    expect(await digestAt('team/api', 'main')).toBe(image?.digests?.index);
    const subject = built.images[0]?.digests?.index as `sha256:${string}`;
    const [staged = [], published = []] = await Promise.all(
      ['staging/api', 'team/api'].map((path) =>
        openRegistrySink(`${registry.host}/${path}`, makeTestContext()).referrers(subject),
      ),
    );
    expect(published.map(({ digest }) => digest).sort()).toEqual(staged.map(({ digest }) => digest).sort());
    expect(published.length).toBeGreaterThan(0);
    const again = await job('publish', { output: 'again' });
    expect(again.images[0]?.published?.tags.map(({ action }) => action)).toEqual(['same', 'same']);
  });
});
