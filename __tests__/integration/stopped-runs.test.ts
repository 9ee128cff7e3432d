import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findProgram, type RealRegistry, startDockerRegistry } from '../support/docker-registry.ts';
import { listLabelled, makeRepository, type Repository, runCli, runPost } from '../support/dist.ts';
import {
  listRunNames,
  listTemporary,
  removeImageNames,
  startCli,
  temporaryOf,
  watchStarts,
} from '../support/running.ts';
import { SERVICE, serviceDockerfile } from '../support/small-service.ts';
import { type StallingProxy, startStallingProxy } from '../support/stalling-proxy.ts';

const MINUTES = 4 * 60_000;
/** Milliseconds between the signal and the end of the run. */
const QUICK = 15_000;
const registryProgram = findProgram('docker-registry');

let project: Repository;
/** Label by which the engine tells the containers of this test from all others. */
let label: string;
beforeEach(async () => {
  label = `slipway-test.stopped=${randomBytes(6).toString('hex')}`;
  project = await makeRepository({ ...SERVICE, Dockerfile: `${serviceDockerfile()}LABEL ${label}\n` });
});
afterEach(async () => {
  await removeImageNames(project);
  await project.remove();
});

async function expectNothingLeft(runId?: string): Promise<void> {
  expect(await listRunNames(project)).toEqual([]);
  expect(await listTemporary(project)).toEqual([]);
  expect(await listLabelled(label)).toEqual([]);
  if (runId !== undefined) expect(await listLabelled(`slipway.run=${runId}`)).toEqual([]);
}

describe('a run that is told to stop ends soon and leaves nothing', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s while the container runs',
    async (signal) => {
      // Also while a service is waited for that never answers: what was seen until then is no verdict.
      const silent = serviceDockerfile({ health: 'HEALTHCHECK NONE', cmd: 'CMD ["sleep", "600"]' });
      if (signal === 'SIGINT') await project.write({ Dockerfile: `${silent}LABEL ${label}\n` });
      const starts = watchStarts(label);
      const run = await startCli(project, ['ship']);
      const runId = await Promise.race([starts.runId, run.done.then(({ stderr }) => stderr)]);
      starts.end();
      expect(runId).toMatch(/^[0-9a-f]{16}$/);
      expect((await listLabelled(`slipway.run=${runId}`)).length).toBeGreaterThanOrEqual(2);
      const { code, took } = await run.stop(signal);
      expect(code).toBe(signal === 'SIGTERM' ? 143 : 130);
      expect(took).toBeLessThan(QUICK);
      const { stderr, stdout } = await run.done;
      expect(stderr).toContain(`stopped by ${signal}; nothing was recorded`);
      expect(stderr + stdout).not.toMatch(/bug|\bat .*\.js:/);
      await expectNothingLeft(runId);
    },
    MINUTES,
  );

  test(
    'SIGTERM while a RUN is executed',
    async () => {
      const slow = randomBytes(6).toString('hex');
      await project.write({
        Dockerfile: serviceDockerfile({ run: `echo begun ${slow} && python -c "import time; time.sleep(600)"` }),
      });
      const run = await startCli(project, ['build']);
      await run.sees(new RegExp(`\\| begun ${slow}`));
      const { code, took } = await run.stop('SIGTERM');
      expect(code).toBe(143);
      expect(took).toBeLessThan(QUICK);
      await expectNothingLeft();
    },
    MINUTES,
  );
});

(registryProgram === undefined ? describe.skip : describe)('a push that is stopped', () => {
  let registry: RealRegistry | undefined;
  let proxy: StallingProxy | undefined;
  afterEach(async () => {
    await proxy?.stop();
    await registry?.stop();
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGKILL', 137],
  ] as const)(
    'by %s leaves no tag, and the same command again finishes it',
    async (signal, expected) => {
      registry = await startDockerRegistry(registryProgram ?? '');
      proxy = await startStallingProxy(registry.host);
      const words = ['ship', '--no-containers', '--registry', `${proxy.host}/team`];
      const run = await startCli(project, words);
      const ended = await Promise.race([proxy.stalled, run.done]);
      expect(ended).toBeUndefined();
      const { code, took } = await run.stop(signal);
      expect(code).toBe(expected);
      expect(took).toBeLessThan(QUICK);
      if (signal === 'SIGTERM') await expectNothingLeft();
      const tags = `http://${registry.host}/v2/team/api/tags/list`;
      expect((await fetch(tags)).status).toBe(404);

      proxy.pass();
      const again = await startCli(project, words);
      expect(await again.done).toMatchObject({ exitCode: 0 });
      expect(await (await fetch(tags)).json()).toMatchObject({ tags: expect.arrayContaining(['main']) });
      // What the killed one left in the engine is the post step's to remove; its folders are gone already.
      expect(await listTemporary(project)).toEqual([]);
    },
    MINUTES,
  );
});

test.each(['the post step', 'the next run'])(
  'what a killed run left is removed by %s',
  async (by) => {
    const starts = watchStarts(label);
    const run = await startCli(project, ['ship']);
    const runId = await Promise.race([starts.runId, run.done.then(({ stderr }) => stderr)]);
    starts.end();
    expect((await run.stop('SIGKILL')).code).toBe(137);
    expect((await listLabelled(`slipway.run=${runId}`)).length).toBeGreaterThanOrEqual(2);
    expect(await listRunNames(project)).toHaveLength(1);

    if (by === 'the next run') {
      expect(await runCli(project, ['check'])).toMatchObject({ exitCode: 0 });
      expect(await listLabelled(label)).toEqual([]);
      expect(await listLabelled(`slipway.run=${runId}`)).toEqual([]);
      return;
    }
    expect(await runPost({ ...project, output: temporaryOf(project) }, { run: runId })).toMatchObject({ exitCode: 0 });
    await expectNothingLeft(runId);
  },
  MINUTES,
);
