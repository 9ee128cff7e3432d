import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeStandInMachine, type StandInMachine } from '../../script/standin-gpu/machine.ts';
import { findAct } from '../support/act/program.ts';
import { commitAll } from '../support/act/project.ts';
import { type ActResult, runAct } from '../support/act/run.ts';
import { placesOf, pushPayload, startWorld } from '../support/act/world.ts';
import { registryProgram } from '../support/rig/rig.ts';

const MINUTES = 6 * 60_000;
const program = registryProgram === undefined ? undefined : findAct();

const APP = `import ctypes
assert ctypes.CDLL("libcuda.so.1").cuInit(0) == 0
print("worked")
`;
const config = (registry: string, device: string, runner: string): string => `${placesOf(registry)}images:
  app:
    dockerfile: Dockerfile
    kind: job
    gpu:
      runs-on: [${runner}]
      retry-runs-on: [self-hosted]
      queue-within: 1s
      canary: python:3.11-slim
      device: ${device}
      phases:
        - { name: see, probe: cuda }
        - { name: run, command: [/app.py], expect: { stdout: /worked/ }, without-gpu: fails }
rules: { context.dockerignore: off, base.pinned: off, labels.oci: off, job.no-gpu-message: off }
`;

let machine: StandInMachine;
let world: Awaited<ReturnType<typeof startWorld>>;
beforeAll(async () => {
  if (program === undefined) return;
  machine = await makeStandInMachine('debian:bookworm-slim');
  world = await startWorld(program, (registry) => ({
    'slipway.yml': config(registry, machine.device('ok'), 'gpu'),
    'app.py': APP,
    Dockerfile:
      'FROM python:3.11-slim\nCOPY app.py /app.py\nUSER 1000:1000\nENTRYPOINT ["python3"]\nCMD ["-c", "import time; time.sleep(1)"]\n',
  }));
}, MINUTES);
afterAll(async () => {
  if (program === undefined) return;
  await world.stop();
  await machine.close();
});

/** A push whose jobs GitHub shows as act runs them; `ended` is told which job has just ended. */
async function push(run: string, ended: (job: string) => void = () => undefined): Promise<ActResult> {
  const { state } = world.github;
  const jobs = ['gpu', 'gpu-retry'].map((name, index) => ({
    ...{ id: index + 1, name: `images / ${name} (app)`, status: 'queued', conclusion: null as string | null },
    ...{ labels: ['gpu'], runner_name: null as string | null },
  }));
  state.jobs.set(run, jobs);
  return runAct(world, {
    name: 'push',
    run,
    payload: pushPayload(),
    bin: machine.bin,
    onLine: (line) => {
      const job = jobs.find(({ name }) => line.startsWith(`[images/images/${name.slice('images / '.length)}`));
      if (job === undefined) return;
      if (line.includes('Run Set up job')) Object.assign(job, { status: 'in_progress', runner_name: 'act' });
      const end = /Job (succeeded|failed)/.exec(line)?.[1];
      if (end === undefined) return;
      Object.assign(job, { status: 'completed', conclusion: end === 'succeeded' ? 'success' : 'failure' });
      ended(job.name);
    },
  });
}
const attemptsOf = ({ records }: ActResult) =>
  records['gate']?.images[0]?.gpu?.attempts.map(({ attempt, verdict }) => [attempt, verdict]);

test('CI has a runner', () => {
  if (process.env['CI'] !== undefined) expect(program).toBeDefined();
});

(program === undefined ? describe.skip : describe)(
  'the GPU jobs of the reusable workflow, on a stand-in machine',
  () => {
    test(
      'a machine that is broken is no verdict about the image: another one is tried, and the image is published',
      async () => {
        machine.setInit(999);
        const run = await push('201', (job) => {
          if (job.includes(' gpu (')) machine.setInit(0);
        });
        expect(run.jobs).toEqual({
          plan: 'succeeded',
          'build (images)': 'succeeded',
          'gpu (app)': 'succeeded',
          'gpu-watch': 'succeeded',
          'gpu-retry (app)': 'succeeded',
          'gpu-retry-watch': 'succeeded',
          publish: 'succeeded',
          gate: 'succeeded',
        });
        expect(attemptsOf(run)).toEqual([
          [1, 'infra'],
          [2, 'passed'],
        ]);
        expect(run.records['gate']?.images[0]?.published?.tags.map(({ tag }) => tag)).toContain('main');
      },
      MINUTES,
    );

    test(
      'a job that no machine takes is given up in time; nothing is published, and the gate says why',
      async () => {
        const { project, rig } = world;
        await project.write({ 'slipway.yml': config(rig.registry, machine.device('ok'), 'never') });
        await commitAll(project, 'a machine that does not exist');
        const run = await push('202');
        expect(run.text).toMatch(/gpu \(app\)[^\n]*Skipping unsupported platform/);
        expect(run.jobs).toMatchObject({ 'build (images)': 'succeeded', 'gpu-watch': 'succeeded', gate: 'failed' });
        expect(Object.keys(run.jobs).filter((job) => job.startsWith('gpu-retry'))).toEqual([]);
        expect(attemptsOf(run)).toEqual([[1, 'skipped']]);
        const [image] = run.records['gate']?.images ?? [];
        expect(image?.published).toBeUndefined();
        expect(run.records['gate']?.problems.map(({ message }) => message)).toEqual([
          expect.stringMatching(/^app was not published: cuda\.smoke/),
        ]);
        expect(image?.gpu?.attempts[0]?.diagnosis).toMatchObject({ rule: 'queue' });
      },
      MINUTES,
    );
  },
);
