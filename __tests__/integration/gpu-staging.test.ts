import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeStandInMachine, type StandInMachine } from '../../script/standin-gpu/machine.ts';
import { openRegistrySink } from '../../src/io/registry.ts';
import type { RunRecord } from '../../src/model/record.ts';
import { runPipeline } from '../../src/pipeline.ts';
import { verdictsOf } from '../../src/pipeline/gpu-given.ts';
import type { Request } from '../../src/pipeline/request.ts';
import { captureEffects } from '../support/captured-effects.ts';
import { makeRepository, type Repository } from '../support/dist.ts';
import { findProgram, type RealRegistry, startDockerRegistry } from '../support/docker-registry.ts';
import { makeTestContext } from '../support/registry-context.ts';
import { removeImageNames } from '../support/running.ts';

const program = findProgram('docker-registry');
const path = process.env['PATH'];

let machine: StandInMachine;
let project: Repository;
let registry: RealRegistry;

beforeAll(async () => {
  if (program === undefined) return;
  [registry, machine] = await Promise.all([startDockerRegistry(program), makeStandInMachine('debian:bookworm-slim')]);
  process.env['PATH'] = `${machine.bin}:${path ?? ''}`;
  project = await makeRepository({
    Dockerfile: 'FROM python:3.11-slim\nUSER 1000\nCMD ["python3", "--version"]\n',
    'slipway.yml': `
registry: ${registry.host}/team
staging: ${registry.host}/staging
images:
  app:
    dockerfile: Dockerfile
    kind: job
    gpu: { canary: "python:3.11-slim", device: "${machine.device('ok')}", phases: [{ name: see, probe: cuda }] }
rules: { labels.oci: off, base.pinned: off }
`,
  });
  const repository = { full_name: 'team/project', default_branch: 'main' };
  await writeFile(join(dirname(project.output), 'event.json'), JSON.stringify({ repository }));
}, 120_000);

afterAll(async () => {
  process.env['PATH'] = path;
  if (program === undefined) return;
  await Promise.all([registry.stop(), machine.close()]);
  await removeImageNames(project);
  await project.remove();
});

/** One job of a workflow run on a push to the default branch: its own machine, so its own output folder. */
async function job(output: string, request: Partial<Request>): Promise<RunRecord> {
  const { effects } = captureEffects({
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: project.commit,
    GITHUB_RUN_ID: '91',
    GITHUB_EVENT_PATH: join(dirname(project.output), 'event.json'),
  });
  try {
    return await runPipeline(effects, {
      command: 'stage',
      directory: project.directory,
      output: join(dirname(project.output), output),
      only: [],
      containers: false,
      ...request,
    });
  } finally {
    await effects.engineImages.close();
  }
}
const digestAt = async (image: string, tag: string) =>
  (await openRegistrySink(`${registry.host}/${image}`, makeTestContext()).head(tag))?.digest;

(program === undefined ? describe.skip : describe)('a candidate waits in staging for its GPU verdict', () => {
  test('it is pulled by digest, published with a pass and not without, and promoted by what is attached then', async () => {
    const built = await job('build', {});
    const digest = built.images[0]?.digests?.index;
    expect([built.problems, built.images[0]?.blocked]).toEqual([[], []]);
    expect(await digestAt('staging/app', 'run-91-app')).toBe(digest);

    const early = await job('early', { command: 'publish' });
    expect(early.images[0]).toMatchObject({ blocked: ['cuda.smoke undecided'] });
    expect(await digestAt('team/app', 'main')).toBeUndefined();

    const tried = await job('gpu', { command: 'gpu', only: ['app'], attempt: 1 });
    expect(tried.images[0]?.gpu?.attempts[0]).toMatchObject({ verdict: 'passed', digests: { index: digest } });

    // A GPU job may write what it likes into its record: nothing of it counts but the verdict.
    const lying = {
      ...tried,
      images: tried.images.map((image) => ({ ...image, digests: undefined, outcomes: [], blocked: [] })),
    };
    const published = await job('publish', { command: 'publish', gpuVerdicts: verdictsOf(lying) });
    expect([published.problems, published.images[0]?.blocked]).toEqual([[], []]);
    expect(await digestAt('team/app', 'main')).toBe(digest);

    const promoted = await job('promote', {
      command: 'promote',
      promotion: { what: digest ?? '', tags: ['tried'], back: false, from: `${registry.host}/team` },
    });
    expect(promoted.images[0]?.gpu?.attempts[0]).toMatchObject({ verdict: 'passed' });
    expect(await digestAt('team/app', 'tried')).toBe(digest);
  }, 120_000);

  test('a candidate in staging cannot be promoted past its GPU verdict', async () => {
    const digest = await digestAt('staging/app', 'run-91-app');
    const promotion = { what: digest ?? '', tags: ['sneaked'], back: false, from: `${registry.host}/staging` };
    await expect(job('sneak', { command: 'promote', promotion })).rejects.toThrow(
      /may not be promoted: no GPU job has given a verdict/,
    );
    expect(await digestAt('team/app', 'sneaked')).toBeUndefined();
  }, 60_000);
});
