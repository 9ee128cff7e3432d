import { copyFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openRegistrySink } from '../../src/io/registry.ts';
import type { RunRecord } from '../../src/model/record.ts';
import type { StackVerdict } from '../../src/model/stack-judgement.ts';
import { runPipeline } from '../../src/pipeline.ts';
import type { Request } from '../../src/pipeline/request.ts';
import { runVerify } from '../../src/pipeline/verify.ts';
import { stackVerdictOf } from '../../src/pipeline/stack-proof.ts';
import { captureEffects } from '../support/captured-effects.ts';
import { listLabelled, makeRepository, type Repository, runCli } from '../support/dist.ts';
import { findProgram, type RealRegistry, startDockerRegistry } from '../support/docker-registry.ts';
import { fakeDigest } from '../support/records.ts';
import { makeTestContext } from '../support/registry-context.ts';
import { removeImageNames } from '../support/running.ts';
import { SERVER } from '../support/small-service.ts';

const MINUTES = 4 * 60_000;
const program = findProgram('docker-registry');

const FILES = {
  'server.py': SERVER,
  'Dockerfile.api': 'FROM python:3.11-slim\nCOPY server.py /server.py\nUSER 1000\nCMD ["python3", "/server.py"]\n',
  'Dockerfile.worker': 'FROM debian:bookworm-slim\nCOPY server.py /\nUSER 1000\nCMD ["sleep", "600"]\n',
  'docker-compose.yml': `services:
  api: { build: { context: ., dockerfile: Dockerfile.api } }
  worker:
    build: { context: ., dockerfile: Dockerfile.worker }
    command: [sh, -c, "echo working; $WORK"]
    init: true
`,
};
const configOf = (host: string) => `registry: ${host}/team
staging: ${host}/staging
images:
  api: { dockerfile: Dockerfile.api }
  worker: { dockerfile: Dockerfile.worker, kind: job, shard: large }
stack:
  files: [docker-compose.yml]
  env: { WORK: env.WORK }
  stays-up: 1s
  http: [{ get: "http://api:8080/", json: { status: healthy } }]
rules: { labels.oci: off, base.pinned: off, context.dockerignore: off, compose.healthcheck: off, compose.limits: off }
`;

let project: Repository;
let registry: RealRegistry;
beforeAll(async () => {
  if (program === undefined) return;
  registry = await startDockerRegistry(program);
  project = await makeRepository({ ...FILES, 'slipway.yml': configOf(registry.host) });
  const repository = { full_name: 'team/project', default_branch: 'main' };
  await writeFile(join(dirname(project.output), 'event.json'), JSON.stringify({ repository }));
}, MINUTES);
afterAll(async () => {
  await registry.stop();
  await removeImageNames(project);
  await project.remove();
});

const SLEEP = { WORK: 'exec sleep 600' };

/** One job of a workflow run on a push to the default branch: its own machine, so its own output folder. */
async function job(
  output: string,
  request: Partial<Request>,
  env: Readonly<Record<string, string>> = {},
): Promise<RunRecord> {
  const { effects } = captureEffects({
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: project.commit,
    GITHUB_RUN_ID: '95',
    GITHUB_EVENT_PATH: join(dirname(project.output), 'event.json'),
    ...SLEEP,
    ...env,
  });
  try {
    return await runPipeline(effects, {
      command: 'stage',
      directory: project.directory,
      output: join(dirname(project.output), output),
      only: [],
      containers: request.command === 'stack',
      workflow: 'images',
      ...request,
    });
  } finally {
    await effects.engineImages.close();
  }
}
const digestAt = async (image: string, tag: string) =>
  (await openRegistrySink(`${registry.host}/${image}`, makeTestContext()).head(tag))?.digest;
const publish = async (stackVerdicts: readonly StackVerdict[], env?: Readonly<Record<string, string>>) =>
  job('publish', { command: 'publish', only: ['api', 'worker'], stackVerdicts }, env);
const stateOf = ({ images, stack }: RunRecord) => ({
  blocked: images.map(({ blocked }) => blocked),
  said: stack?.outcomes.filter(({ rule, status }) => rule.startsWith('stack.') && /failed|undecided/.test(status)),
});

(program === undefined ? describe.skip : describe)('the stack waits for its images in staging', () => {
  let passed: RunRecord;
  const HELD = ['stack: stack.starts undecided'];

  test(
    'build jobs prove the files alone, and no image is published before somebody started it',
    async () => {
      const plan = await job('plan', { command: 'plan' });
      expect(plan.jobs).toMatchObject({
        build: [{ images: ['api'] }, { images: ['worker'] }],
        stack: { images: ['api', 'worker'], runsOn: ['ubuntu-24.04'] },
      });
      for (const name of ['api', 'worker']) {
        const built = await job(`build-${name}`, { only: [name] });
        expect([built.problems, built.images[0]?.blocked, built.stack?.run]).toEqual([[], [], undefined]);
        expect(built.images[0]?.staged?.tags[0]?.tag).toBe(`run-95-${name}`);
      }
      const early = await publish([]);
      expect(stateOf(early)).toMatchObject({
        blocked: [HELD, HELD],
        said: [{ reason: 'no job of this run has started the stack' }],
      });
      expect(await digestAt('team/api', 'main')).toBeUndefined();
    },
    MINUTES,
  );

  test(
    'a stack that fails blocks every image of it with its sentence',
    async () => {
      const failed = await job('broken', { command: 'stack' }, { WORK: 'sleep 0.3; exit 3' });
      const record = await publish(stackVerdictOf(failed));
      const READY = ['stack: stack.ready failed'];
      expect(stateOf(record)).toMatchObject({
        blocked: [READY, READY],
        said: [
          {
            rule: 'stack.ready',
            findings: [{ message: expect.stringMatching(/^worker: .* exit code 3; its last output was "working"/) }],
          },
        ],
      });
      expect(stateOf(failed)).toEqual(stateOf(record));
      expect(await digestAt('team/api', 'main')).toBeUndefined();
    },
    MINUTES,
  );

  test(
    'it runs with the bytes of all build jobs, and its verdict names them',
    async () => {
      passed = await job('stack', { command: 'stack' });
      expect(stateOf(passed)).toEqual({ blocked: [[], []], said: [] });
      const [api, worker] = passed.images;
      expect(passed.stack?.started).toEqual([
        { name: 'api', digests: api?.digests, policyHash: api?.policyHash },
        { name: 'worker', digests: worker?.digests, policyHash: worker?.policyHash },
      ]);
      expect(api?.digests?.index).toBe(await digestAt('staging/api', 'run-95-api'));
      expect(passed.stack?.run?.services.map(({ image, state }) => [image, state])).toEqual([
        ['api', 'running'],
        ['worker', 'running'],
      ]);
      expect(await listLabelled(`slipway.run=${passed.run.id}`)).toEqual([]);
    },
    MINUTES,
  );

  const lie = (change: (verdict: StackVerdict) => StackVerdict): readonly StackVerdict[] =>
    stackVerdictOf(passed).map(change);
  const startedWith = (manifest: string) => (verdict: StackVerdict) => {
    const started = verdict.stack.started?.map((one) => ({ ...one, digests: { ...one.digests, manifest } }));
    return { ...verdict, stack: { ...verdict.stack, ...(started && { started }) } };
  };
  test.each<[string, (verdict: StackVerdict) => StackVerdict, RegExp]>([
    ['other bytes', startedWith(fakeDigest(9)), /is about another digest or another policy of api, worker$/],
    ['another run', (verdict) => ({ ...verdict, workflow: '94' }), /is of the run 94$/],
  ])('a verdict about %s publishes nothing', async (_, change, reason) => {
    expect(stateOf(await publish(lie(change)))).toMatchObject({
      blocked: [HELD, HELD],
      said: [{ reason: expect.stringMatching(reason) }],
    });
    expect(await digestAt('team/api', 'main')).toBeUndefined();
  });

  test('a candidate in staging cannot be promoted past its stack', async () => {
    const digest = await digestAt('staging/api', 'run-95-api');
    const promotion = { what: digest ?? '', tags: ['sneaked'], back: false, from: `${registry.host}/staging` };
    await expect(job('sneak', { command: 'promote', only: ['api'], promotion })).rejects.toThrow(
      /may not be promoted: the stack was never started with api/,
    );
  });

  test(
    'with the verdict both are published, and promoted by what is attached then; run again nothing changes',
    async () => {
      const record = await publish(stackVerdictOf(passed));
      expect(record.problems).toEqual([]);
      expect(stateOf(record)).toEqual({ blocked: [[], []], said: [] });
      const digest = await digestAt('team/api', 'main');
      expect(digest).toBe(passed.images[0]?.digests?.index);
      const again = await publish(stackVerdictOf(passed));
      const recordsOf = ({ images }: RunRecord) => images.map(({ published }) => published?.attached?.length);
      expect(recordsOf(again)).toEqual(recordsOf(record));
      const ask = { command: 'plan', directory: project.directory, output: '', only: [], containers: false } as const;
      const reference = `${registry.host}/team/api:main`;
      const checks = await runVerify(captureEffects().effects, { request: ask, reference });
      // The verdict in staging knew nothing of the running stack.
      const rules = [...(record.images[0]?.outcomes ?? []), ...(record.stack?.outcomes ?? [])];
      const names = new Set(rules.filter(({ status }) => status === 'passed').map(({ rule }) => rule));
      expect(names).toContain('stack.http');
      expect(checks).toContainEqual(
        expect.objectContaining({
          name: 'verdict',
          answer: expect.stringContaining(`, ${String(names.size)} tests passed`),
        }),
      );
      const promotion = { what: digest ?? '', tags: ['kept'], back: false, from: `${registry.host}/team` };
      const promoted = await job('promote', { command: 'promote', only: ['api'], promotion });
      expect(promoted.stack?.run?.services).toHaveLength(2);
      expect(await digestAt('team/api', 'kept')).toBe(digest);
    },
    MINUTES,
  );

  test(
    'on the command line the verdict of one machine comes to another as a record',
    async () => {
      const words = (...more: readonly string[]) => runCli(project, [...more, '--run', '95', '--quiet'], SLEEP);
      expect((await words('stack')).exitCode).toBe(0);
      const record = join(dirname(project.output), 'stack.json');
      await copyFile(join(project.output, 'record.json'), record);
      expect((await words('publish')).exitCode).toBe(75);
      expect((await project.record()).images.map(({ blocked }) => blocked)).toEqual([HELD, HELD]);
      const { exitCode, stderr } = await words('publish', '--stack-record', record);
      expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('error')]);
      const { images } = await project.record();
      expect(images[0]?.published?.digest).toBe(passed.images[0]?.digests?.index);
    },
    MINUTES,
  );

  test(
    'where an image of it was blocked nothing is started, and the others say for whose sake they wait',
    async () => {
      const next = { GITHUB_RUN_ID: '96' };
      await job('build-next', { only: ['api'] }, next);
      const lacking = await job('stack-next', { command: 'stack' }, next);
      const reason = 'worker has no candidate of the run 96 in staging';
      expect(lacking.stack?.run).toBeUndefined();
      expect(lacking.stack?.outcomes.find(({ rule }) => rule === 'stack.starts')).toMatchObject({ reason });
      const record = await publish(stackVerdictOf(lacking), next);
      expect(stateOf(record)).toMatchObject({ blocked: [HELD], said: [{ reason }] });
    },
    MINUTES,
  );

  test(
    'a fork has no staging: where several jobs build the images the plan says why nobody starts the stack, and verify.yml refuses',
    async () => {
      const fork = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_ACTOR: 'dependabot[bot]', GITHUB_RUN_ID: '97' };
      const plan = await job('fork', { command: 'plan', changedOnly: false }, fork);
      expect(plan.jobs?.stack).toBeUndefined();
      expect(plan.notes.join()).toContain(
        'the stack is not started: its images are built by several jobs (api by images; worker by large), and a fork’s run has no staging',
      );
      expect(plan.stack?.outcomes.find(({ rule }) => rule === 'stack.starts')).toMatchObject({ status: 'skipped' });
      await expect(job('verify', { command: 'plan', workflow: 'verify' }, fork)).rejects.toThrow(
        'the images of the stack are built by several jobs: api by images; worker by large',
      );
    },
    MINUTES,
  );
});
