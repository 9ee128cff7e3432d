import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { toSetup } from '../../src/google/setup/answers.ts';
import { BINDINGS, conditionOf, ENVIRONMENTS, mappingOf } from '../../src/google/setup/grants.ts';
import type { RunRecord } from '../../src/model/record.ts';
import type { StackVerdict } from '../../src/model/stack-judgement.ts';
import { runPipeline } from '../../src/pipeline.ts';
import type { Command } from '../../src/pipeline/request.ts';
import { stackVerdictOf } from '../../src/pipeline/stack-proof.ts';
import { captureEffects } from '../support/captured-effects.ts';
import { CLAIMS } from '../support/claims.ts';
import { makeRepository, type Repository } from '../support/dist.ts';
import { ANSWERS } from '../support/google-setup.ts';
import { registryProgram, type Rig, startRig } from '../support/rig/rig.ts';
import { PROVIDER, RESOURCE } from '../support/rig/settings.ts';
import { removeImageNames } from '../support/running.ts';
import { SERVICE } from '../support/small-service.ts';

const MINUTES = 4 * 60_000;
const SETUP = toSetup(ANSWERS);
const RESOURCES = { release: RESOURCE, staging: `${RESOURCE}-staging` };

let project: Repository;
let rig: Rig;
beforeAll(async () => {
  if (registryProgram === undefined) return;
  const pool = PROVIDER.replace(/\/providers\/.*$/, '');
  const bindings = BINDINGS.map(({ grant, repository, role }) => ({
    resource: RESOURCES[repository],
    role,
    members: [`principalSet://iam.googleapis.com/${pool}/attribute.grant/${grant}-${ANSWERS['repository-id']}`],
  }));
  rig = await startRig({ mapping: mappingOf(SETUP), condition: conditionOf(SETUP), bindings });
  project = await makeRepository(SERVICE);
  const places = `registry: ${rig.registry}/my-project/haystack\nstaging: ${rig.registry}/my-project/haystack-staging\n`;
  const google = `google: { workload-identity-provider: ${PROVIDER} }\n`;
  const stack = 'stack: { files: [docker-compose.yml], stays-up: 1s }\n';
  await project.write({
    'slipway.yml': `${places}${google}${SERVICE['slipway.yml']}${stack}`,
    'docker-compose.yml': 'services: { api: { build: . } }\n',
  });
  const repository = { full_name: 'octo-org/octo-repo', default_branch: 'main' };
  await writeFile(join(dirname(project.output), 'event.json'), JSON.stringify({ repository }));
}, MINUTES);
afterAll(async () => {
  await rig.stop();
  await removeImageNames(project);
  await project.remove();
});

/** A job of one workflow run in a GitHub environment, on a machine of its own. */
async function job(
  command: Command,
  environment: string,
  output = environment,
  stackVerdicts: readonly StackVerdict[] = [],
): Promise<RunRecord> {
  rig.settings.claims = { ...CLAIMS, environment, job_workflow_ref: `${ANSWERS.workflow}@refs/tags/v1` };
  const { effects } = captureEffects({
    ...rig.env,
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: project.commit,
    GITHUB_RUN_ID: '77',
    GITHUB_EVENT_PATH: join(dirname(project.output), 'event.json'),
  });
  const { directory } = project;
  try {
    return await runPipeline(effects, {
      command,
      directory,
      output: join(dirname(project.output), output),
      only: [],
      containers: command === 'stack',
      workflow: 'images',
      stackVerdicts,
    });
  } finally {
    await effects.engineImages.close();
  }
}

/** The setup that `slipway init google` writes, the jobs it is for, and a registry that asks for tokens. */
(registryProgram === undefined ? describe.skip : describe)('who may push where', () => {
  test(
    'the build job stages and cannot publish; a GPU job can do neither; the publish job publishes what was staged and cannot stage',
    async () => {
      const refused = (repository: string) =>
        expect.objectContaining({
          message: expect.stringMatching(new RegExp(`no permission artifactregistry.* on .*/${repository}$`)),
        });
      const staged = await job('stage', ENVIRONMENTS.staging);
      expect(staged).toMatchObject({ problems: [], images: [{ staged: { tags: [{ tag: 'run-77-api' }] } }] });
      await expect(job('publish', ENVIRONMENTS.staging, 'other')).rejects.toEqual(refused('haystack'));
      await expect(job('publish', ENVIRONMENTS.gpu)).rejects.toEqual(refused('haystack'));
      await expect(job('stage', ENVIRONMENTS.gpu)).rejects.toEqual(refused('haystack-staging'));
      await expect(job('stage', ENVIRONMENTS.branch, 'third')).rejects.toEqual(refused('haystack-staging'));
      const started = await job('stack', ENVIRONMENTS.stack);
      const published = await job('publish', ENVIRONMENTS.branch, 'last', stackVerdictOf(started));
      const digest = staged.images[0]?.digests?.index;
      expect(published).toMatchObject({ problems: [], images: [{ published: { digest } }] });
      expect(published.images[0]?.published?.mountedBlobs).toBeGreaterThan(0);
    },
    MINUTES,
  );

  test(
    'the job that starts the stack reads staging and can write nothing',
    async () => {
      const denied = { message: expect.stringMatching(/no permission artifactregistry/) };
      const started = await job('stack', ENVIRONMENTS.stack, 'again');
      expect(started).toMatchObject({ stack: { blocked: [], started: [{ name: 'api' }] } });
      await expect(job('publish', ENVIRONMENTS.stack, 'first')).rejects.toMatchObject(denied);
      await expect(job('stage', ENVIRONMENTS.stack, 'second')).rejects.toMatchObject(denied);
      // Without an environment a job has no grant at all: it does not even see what it should start.
      const none = await job('stack', 'anything', 'third');
      expect(none.stack).toMatchObject({ blocked: expect.arrayContaining(['stack.starts undecided']) });
      expect(none.stack?.started ?? []).toEqual([]);
    },
    MINUTES,
  );
});
