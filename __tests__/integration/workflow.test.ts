import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunRecord } from '../../src/model/record.ts';
import { findAct } from '../support/act/program.ts';
import { commitAll } from '../support/act/project.ts';
import { type ActEvent, type ActResult, runAct } from '../support/act/run.ts';
import { dockerfileOf, pullRequestPayload, pushPayload, stackFiles, startWorld } from '../support/act/world.ts';
import { registryProgram } from '../support/rig/rig.ts';

const MINUTES = 5 * 60_000;
const program = registryProgram === undefined ? undefined : findAct();

let world: Awaited<ReturnType<typeof startWorld>>;
/** Everything that runners have shown. */
let shown = '';
beforeAll(async () => {
  if (program !== undefined) world = await startWorld(program);
}, MINUTES);
afterAll(async () => {
  if (program !== undefined) await world.stop();
});

async function start(event: ActEvent): Promise<ActResult> {
  const result = await runAct(world, event);
  shown += result.text;
  return result;
}
const push = (run: string, ref?: string, env: Readonly<Record<string, string>> = {}): Promise<ActResult> =>
  start({ name: 'push', run, payload: pushPayload(ref), env });

const PUSHED: Record<string, string> = {
  'build (images)': 'succeeded',
  'build (large)': 'succeeded',
  plan: 'succeeded',
  publish: 'succeeded',
  gate: 'succeeded',
};
const tagsOf = (record: RunRecord | undefined) =>
  record?.images.map(({ name, published }) => [name, published?.tags.map(({ tag, action }) => `${tag} ${action}`)]);

test('CI has a runner', () => {
  if (process.env['CI'] !== undefined) expect(program).toBeDefined();
});

(program === undefined ? describe.skip : describe)('the reusable workflow, run by a runner', () => {
  let digests: (string | undefined)[];

  test(
    'a push to the default branch is built in shards, proven, staged and published; the gate says so',
    async () => {
      const run = await push('101');
      expect(run).toMatchObject({ exitCode: 0, jobs: PUSHED });
      const { gate } = run.records;
      expect(gate).toMatchObject({
        problems: [],
        publish: { decided: true },
        run: { command: 'gate', workflow: '101' },
      });
      const sha = `sha-${world.project.commit.slice(0, 12)} created`;
      expect(tagsOf(gate)).toEqual([
        ['first', [sha, 'main created']],
        ['second', [sha, 'main created']],
      ]);
      expect(gate?.notes).toContain(
        'jobs: build success, gpu-retry-watch skipped, gpu-watch skipped, plan success, publish success, stack skipped',
      );
      expect(run.text).toMatch(/first: [^\n]+ exporting cache to registry/);
      expect(run.text).not.toContain('failed exporting cache');
      digests = (gate?.images ?? []).map(({ published }) => published?.digest);
      expect(run.text).toMatch(/set-output:: result=\{"verdict":"passed","images":\{"first":/);
    },
    MINUTES,
  );

  test(
    'a version tag of that commit gives those very bytes the tags of the release, and nothing is built',
    async () => {
      const run = await push('102', 'refs/tags/v1.2.3');
      expect(run).toMatchObject({ exitCode: 0, jobs: { plan: 'succeeded', publish: 'succeeded', gate: 'succeeded' } });
      expect(Object.keys(run.jobs)).toHaveLength(3);
      const { plan, gate } = run.records;
      expect(plan?.jobs).toEqual({ build: [], gpu: [], environment: 'release' });
      expect(plan?.notes.join()).toContain(`nothing is built: first@${digests[0] ?? '?'}`);
      expect(gate?.images.map(({ published }) => published?.digest)).toEqual(digests);
      const created = ['1.2.3 created', '1.2 created', '1 created', 'latest created'];
      expect(tagsOf(gate)).toEqual([
        ['first', created],
        ['second', created],
      ]);
    },
    MINUTES,
  );

  test(
    'a pull request builds what its diff may affect, publishes nothing, and says of each why',
    async () => {
      const { project } = world;
      const base = project.commit;
      await project.write({ 'one.txt': 'changed' });
      const head = await commitAll(project, 'a change');
      const run = await start({ name: 'pull_request', run: '103', payload: pullRequestPayload(head, base) });
      expect(run.jobs).toEqual({ plan: 'succeeded', 'build (images)': 'succeeded', gate: 'succeeded' });
      const { gate } = run.records;
      expect(gate?.images).toMatchObject([{ name: 'first', reason: 'one.txt changed', status: 'built', blocked: [] }]);
      expect(gate?.unchanged).toEqual([
        { name: 'second', reason: `nothing it is made of changed since ${base.slice(0, 12)}` },
      ]);
      const { checks, comments } = world.github.state;
      expect(checks.map(({ head_sha: commit, conclusion }) => [commit, conclusion])).toContainEqual([head, 'success']);
      expect(comments).toEqual([]);
      expect(gate?.publish).toMatchObject({ decided: false, reason: 'a pull request publishes nothing' });
      expect(tagsOf(gate)).toEqual([['first', undefined]]);
    },
    MINUTES,
  );

  test(
    'an image that is blocked is not published, the other one is, and the gate fails for it alone',
    async () => {
      const { project } = world;
      const config = await readFile(join(project.directory, 'slipway.yml'), 'utf8');
      await project.write({
        'Dockerfile.second': dockerfileOf('two.txt', 'root'),
        'slipway.yml': `cache: gha\n${config}`,
      });
      await commitAll(project, 'as root');
      const run = await push('104');
      expect(run.exitCode).toBe(1);
      // act calls every job of a matrix failed in which one did.
      expect(run.jobs).toMatchObject({ 'build (large)': 'failed', publish: 'failed', gate: 'failed' });
      const { gate } = run.records;
      expect(gate?.problems).toEqual([]);
      expect(gate?.images).toMatchObject([{ blocked: [] }, { blocked: ['user.config failed', 'user.runtime failed'] }]);
      expect(tagsOf(gate)?.[0]?.[1]).toContain('main moved');
      expect(tagsOf(gate)?.[1]?.[1]).toBeUndefined();
      expect(run.text).toMatch(/set-output:: verdict=blocked/);
      expect(gate?.notes).toContain('build cache: gha (as the config says)');
      expect(run.text).toMatch(/first: [^\n]+ exporting to GitHub Actions Cache/);
      expect(run.text).not.toContain('failed exporting cache');
    },
    MINUTES,
  );

  test(
    'a stack is started with what two build jobs put into staging, and both are published with its pass',
    async () => {
      const { project } = world;
      const config = await readFile(join(project.directory, 'slipway.yml'), 'utf8');
      await project.write({ 'Dockerfile.second': dockerfileOf('two.txt'), ...stackFiles(config) });
      await commitAll(project, 'a stack');
      const run = await push('105', undefined, { END: 'exit 0' });
      expect(run).toMatchObject({ exitCode: 0, jobs: { ...PUSHED, stack: 'succeeded' } });
      const { plan, stack, gate } = run.records;
      expect(plan?.jobs?.stack).toMatchObject({ images: ['first', 'second'] });
      expect(stack?.stack?.started?.map(({ digests }) => digests.index)).toEqual(
        gate?.images.map(({ published }) => published?.digest),
      );
      expect(gate?.stack?.run?.services.map(({ name, state }) => [name, state])).toEqual([
        ['first', 'done'],
        ['second', 'done'],
      ]);
      expect(gate?.notes.at(-1)).toMatch(/^jobs: build success, .*, stack success$/);
    },
    MINUTES,
  );

  test(
    'a stack that fails keeps both from being published, and the gate says why',
    async () => {
      const run = await push('106', undefined, { END: 'echo broken; exit 3' });
      expect(run.exitCode).toBe(1);
      expect(run.jobs).toMatchObject({ 'build (images)': 'succeeded', stack: 'failed', gate: 'failed' });
      const { gate } = run.records;
      const READY = ['stack: stack.ready failed'];
      expect(gate?.images).toMatchObject([{ blocked: READY }, { blocked: READY }]);
      expect(gate?.images.map(({ published }) => published)).toEqual([undefined, undefined]);
      expect(run.text).toContain('its last output was "broken"');
    },
    MINUTES,
  );

  test('no token stands in what a runner shows', () => {
    const { rig, github } = world;
    const secrets = [...rig.secrets, ...github.state.tokens.keys(), ...github.state.runtimes.keys()];
    expect(secrets.length).toBeGreaterThan(20);
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
  });
});
