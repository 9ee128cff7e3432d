import { execPath } from 'node:process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeStandInMachine, type StandInMachine } from '../../script/standin-gpu/machine.ts';
import type { RunRecord } from '../../src/model/record.ts';
import { type DistResult, listLabelled, makeRepository, type Repository, runAction, runCli } from '../support/dist.ts';
import { startCli, watchStarts } from '../support/running.ts';

const APP = `import ctypes, json
lib = ctypes.CDLL("libcuda.so.1")
assert lib.cuInit(0) == 0
print(json.dumps({"ok": True}))
`;

const path = process.env['PATH'];

let machine: StandInMachine;
let repository: Repository;

beforeAll(async () => {
  machine = await makeStandInMachine('debian:bookworm-slim');
  process.env['PATH'] = `${machine.bin}:${path ?? ''}`;
  repository = await makeRepository({
    'app.py': APP,
    Dockerfile: 'FROM python:3.11-slim\nCOPY app.py /app.py\nUSER 1000\nENTRYPOINT ["python3"]\nCMD ["/app.py"]\n',
    'slipway.yml': `
images:
  app:
    dockerfile: Dockerfile
    kind: job
    gpu:
      canary: python:3.11-slim
      device: ${machine.device('ok')}
      phases:
        - { name: see, probe: cuda }
        - { name: run, command: [/app.py], expect: { json: { ok: true } }, without-gpu: fails }
rules: { labels.oci: off, base.pinned: off }
`,
  });
}, 120_000);

afterAll(async () => {
  process.env['PATH'] = path;
  await repository.remove();
  await machine.close();
});

async function run(...words: string[]): Promise<DistResult & { readonly record: RunRecord }> {
  const result = await runCli(repository, words);
  return { ...result, record: await repository.record() };
}

test('an image is published once it passed on a GPU, and not before', async () => {
  expect(await run('check', '--no-containers')).toMatchObject({ exitCode: 0 });
  const target = `oci:${repository.output}/oci`;

  const early = await run('publish', '--to', target);
  expect([early.exitCode, early.record.images[0]?.blocked]).toEqual([75, ['cuda.smoke undecided']]);
  expect(early.stdout).toContain('no GPU job has given a verdict');
  expect(early.record.images[0]?.published).toBeUndefined();

  machine.setInit(999);
  const broken = await run('gpu');
  expect([broken.exitCode, broken.record.images[0]?.gpu?.attempts.map(({ verdict }) => verdict)]).toEqual([
    75,
    ['infra'],
  ]);
  expect(broken.stdout).toContain('nvidia-smi works in the canary, and the CUDA driver does not');
  expect((await run('publish', '--to', target)).exitCode).toBe(75);

  machine.setInit(0);
  const passed = await run('gpu');
  expect([passed.stderr, passed.exitCode]).toEqual([expect.stringContaining('gpu: app passed'), 0]);
  const [image] = passed.record.images;
  expect(image?.gpu?.attempts.map(({ verdict, attempt }) => [attempt, verdict])).toEqual([
    [1, 'infra'],
    [2, 'passed'],
  ]);
  expect(image?.gpu?.attempts[1]).toMatchObject({
    standIn: true,
    digests: image?.digests,
    policyHash: image?.policyHash,
  });

  const elsewhere = await run('publish', '--registry', 'registry.example/team');
  expect([elsewhere.exitCode, elsewhere.record.images[0]?.blocked]).toEqual([75, ['cuda.smoke undecided']]);
  expect(elsewhere.stdout).toContain('a stand-in for a GPU passed it');

  const published = await run('publish', '--to', target);
  expect(published.exitCode).toBe(0);
  expect(published.record.images[0]?.published?.digest).toBe(image?.digests?.index ?? image?.digests?.manifest);
}, 120_000);

test('without Docker the phases run in this job’s own container, and the report says what that does not prove', async () => {
  const script = 'console.log(JSON.stringify({ ok: process.env.CUDA_VISIBLE_DEVICES === undefined }))';
  await repository.write({
    'in-image.yml': `
images:
  app:
    dockerfile: Dockerfile
    kind: job
    gpu:
      exec: in-image
      device: ${machine.device('ok')}
      phases:
        - { name: run, command: ['${execPath}', -e, '${script}'], expect: { json: { ok: true } }, without-gpu: fails }
`,
  });
  const { record, exitCode } = await run(
    'gpu',
    '--config',
    'in-image.yml',
    `oci:${repository.output}/oci`,
    '--only',
    'app',
  );
  expect(exitCode).toBe(0);
  const [attempt] = record.images[0]?.gpu?.attempts ?? [];
  expect(attempt).toMatchObject({
    verdict: 'passed',
    execution: 'in-image',
    canary: {},
    injection: { happened: 'none' },
  });
  expect(attempt?.lost.length).toBeGreaterThan(3);
  expect(attempt?.phases[0]).toMatchObject({ status: 'passed', withoutGpu: { passed: true } });
}, 60_000);

test('ship tries on the machine’s own GPU before it publishes', async () => {
  const shipped = await run('ship', '--no-containers', '--to', `oci:${repository.output}/shipped`);
  expect([shipped.stderr, shipped.exitCode]).toEqual([expect.stringContaining('gpu: app passed'), 0]);
  const [image] = shipped.record.images;
  expect(image?.published?.digest).toBe(image?.digests?.index);
  expect(image?.outcomes.find(({ rule }) => rule === 'cuda.smoke')).toMatchObject({ status: 'passed' });
  expect(shipped.record.rules?.some(({ id }) => id === 'cuda.smoke')).toBe(true);
}, 120_000);

test('as an action it ends well once a verdict is written, whatever it says', async () => {
  machine.setInit(999);
  const inputs = { command: 'gpu', reference: `oci:${repository.output}/oci`, only: 'app', attempt: '2' };
  const result = await runAction(repository, inputs);
  machine.setInit(0);
  expect([result.stdout, result.exitCode]).toEqual([expect.stringContaining('machine was at fault'), 0]);
  expect(result.outputs['verdict']).toBe('blocked');
  expect(result.summary).toContain('the CUDA driver does not');
  const [image] = (await repository.record()).images;
  expect(image?.gpu?.attempts.map(({ attempt, verdict }) => [attempt, verdict])).toEqual([[2, 'infra']]);
}, 60_000);

test('SIGTERM in the middle of a phase: the verdict is written and nothing is left running', async () => {
  const phase = `{ name: hang, command: [-c, "print(1, flush=True); import time; time.sleep(600)"] }`;
  await repository.write({
    'hang.yml': `
images:
  gpu-hang:
    dockerfile: Dockerfile
    kind: job
    gpu: { canary: "python:3.11-slim", device: "${machine.device('ok')}", phases: [${phase}] }
`,
  });
  const watch = watchStarts('slipway.image=gpu-hang');
  const words = ['gpu', '--config', 'hang.yml', `oci:${repository.output}/oci`, '--only', 'gpu-hang'];
  const running = await startCli(repository, words);
  await running.sees(/gpu: trying gpu-hang/);
  const runId = await watch.runId;
  watch.end();
  const stopped = await running.stop('SIGTERM');
  expect(stopped.code).toBe(75);
  const [attempt] = (await repository.record()).images[0]?.gpu?.attempts ?? [];
  expect(attempt).toMatchObject({ verdict: 'infra', diagnosis: { rule: 'cancelled' } });
  expect(await listLabelled(`slipway.run=${runId}`)).toEqual([]);
}, 60_000);
