import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { gatherFacts } from '../../src/check/gather.ts';
import { judgeImage } from '../../src/check/judge.ts';
import { makeRunSlots } from '../../src/check/probes/run-slots.ts';
import { RULES } from '../../src/check/rules/index.ts';
import { makeEffects } from '../../src/io/effects.ts';
import type { RuleEntry } from '../../src/model/config.ts';
import type { Effects } from '../../src/model/effects.ts';
import { RUN_LABEL } from '../../src/model/engine.ts';
import type { RuleOutcome } from '../../src/model/verdict.ts';
import { blankConfig, blankImage } from '../support/blank.ts';
import { blankGpu } from '../support/gpu-job.ts';
import { buildRuntimeImages, type RuntimeImages } from '../support/runtime-images.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/python-images');
const TARGETS = ['good', 'bad'] as const;
type Target = (typeof TARGETS)[number];

/** What the repaired image holds code for, and the bad one does not. */
const GPU = blankGpu({ fleet: [{ name: 'l4', sm: '8.9', driver: '550' }] });

const SETTINGS: Readonly<Record<string, unknown>> = {
  'cuda.duplicate-runtime': { allow: '1B' },
  'python.import': { modules: { good: ['worker'], bad: ['worker'] } },
  'job.entrypoint-args': {},
  'job.no-gpu-message': {},
};
const JUDGED = RULES.filter(({ id }) => /^(?:python|cuda)\.|^job\.(?:entrypoint-args|no-gpu-message)$/.test(id));
const config = blankConfig({
  rules: Object.fromEntries(
    JUDGED.map(({ id, settings }): [string, RuleEntry] => [
      id,
      { level: 'error', settings: settings.parse(SETTINGS[id] ?? {}), place: { file: 'slipway.yml' } },
    ]),
  ),
});

let images: RuntimeImages;
let effects: Effects;
let outcomes: ReadonlyMap<Target, readonly RuleOutcome[]>;
let unstarted: readonly RuleOutcome[];

beforeAll(async () => {
  const stream = { write: () => true };
  effects = makeEffects({ env: process.env, stdout: stream, stderr: stream, signal: new AbortController().signal });
  images = buildRuntimeImages(TARGETS, effects.runId, FOLDER);
  outcomes = new Map([
    ['good', await judge('good', true)],
    ['bad', await judge('bad', true)],
  ]);
  unstarted = await judge('bad', false);
}, 300_000);

afterAll(async () => {
  images.remove();
  await effects.engineImages.close();
});

async function judge(target: Target, containers: boolean): Promise<readonly RuleOutcome[]> {
  const runnable = images.reference(target);
  const opened = await effects.engineImages.open(runnable);
  // What runs without containers runs without a declared fleet, too.
  const image = blankImage({ name: target, kind: 'job', ...(containers ? { gpu: GPU } : {}) });
  const info = await effects.engine.info();
  const facts = await gatherFacts(effects, {
    image,
    config,
    built: {
      name: target,
      digests: { manifest: opened.digest, config: opened.digest },
      runnable,
      local: runnable,
      location: 'containerd-store',
      buildElapsed: 0,
      steps: [],
      cachedSecretSteps: [],
    },
    source: opened.source,
    platform: info.platform,
    containers,
    surroundings: { directory: FOLDER },
    slots: makeRunSlots(info),
    rules: JUDGED,
  });
  return judgeImage(JUDGED, facts, image, config, effects.clock.now());
}

function messagesOf(outcomes: readonly RuleOutcome[] | undefined, rule: string): readonly string[] {
  const outcome = outcomes?.find((one) => one.rule === rule);
  if (outcome === undefined) return ['it was not judged'];
  return outcome.findings.length > 0
    ? outcome.findings.map(({ message }) => message)
    : [`${outcome.status}: ${outcome.reason ?? ''}`];
}

test('the repaired image passes every rule about Python, CUDA and entrypoints', () => {
  const seen = outcomes.get('good')?.map(({ rule, status, reason }) => [rule, status, reason]);
  expect(seen).toEqual(JUDGED.map(({ id }) => [id, 'passed', undefined]));
});

test.each([
  ['python.pip-check', [/^asker 1\.0 has requirement other>=2, but you have other 1\.?0? ?\(pip check\)$/]],
  ['python.editable-dangling', [/points to \/build, which is not in the image \(1 more file as well\)$/]],
  ['python.version-dirs', [/^1 module for Python 3\.12 in .* cannot be imported: the image has Python 3\.11$/]],
  [
    'python.import',
    [/^import worker failed: ModuleNotFoundError/, /^import compiled failed: ImportError: libgone\.so3: cannot open/],
  ],
  ['python.scripts', [/start \/build\/venv\/bin\/python.*, which is not in the image$/]],
  ['cuda.devel-base', [/nvcc/]],
  ['cuda.driver-libs', [/^\/usr\/lib\/libcuda\.so\.1 belongs to the driver of one machine/]],
  ['cuda.duplicate-runtime', [/^65\.5 kB of CUDA libraries \(libcublas\)/]],
  ['cuda.env', [/^NVIDIA_VISIBLE_DEVICES is not set/, /^CUDA_VISIBLE_DEVICES=0 is part of the image/]],
  ['cuda.require', [/^CUDA 13\.0\.1 needs driver 580 or newer: not l4 \(sm_89, driver 550, CUDA 12\.4\)$/]],
  ['cuda.torch-match', [/^PyTorch 2\.5\.1 holds code for sm_70: none of it runs on l4/]],
  ['cuda.gpu-code', [/^\/opt\/venv\/lib\/kernels\.so holds code for sm_70: none of it runs on l4/]],
  ['job.entrypoint-args', [/with --help ended with exit code 1: .*No module named worker/]],
  ['job.no-gpu-message', [/ended with exit code 1 and does not name the reason: .*No module named worker/]],
])('the bad image fails %s', (rule, messages) => {
  expect(messagesOf(outcomes.get('bad'), rule)).toEqual(messages.map((message) => expect.stringMatching(message)));
});

test('the same packages are found wrong without starting anything', () => {
  expect(messagesOf(unstarted, 'python.pip-check')).toEqual([
    'asker 1.0 requires other>=2, but other 1 is installed (metadata)',
  ]);
  expect(messagesOf(unstarted, 'python.import')).toEqual(['skipped: containers were not started (--no-containers)']);
});

test('without a declared fleet the image itself has to ask for a driver', () => {
  expect(messagesOf(unstarted, 'cuda.require')).toEqual([expect.stringMatching(/^NVIDIA_DISABLE_REQUIRE=1/)]);
  expect(messagesOf(unstarted, 'cuda.ngc-entrypoint')).toEqual([
    expect.stringMatching(/whose ENTRYPOINT \/opt\/nvidia\/nvidia_entrypoint\.sh was replaced/),
  ]);
  expect(messagesOf(unstarted, 'cuda.torch-match')).toEqual(['skipped: no GPU is declared (gpu.fleet)']);
});

test('no container of ours is left', () => {
  const list = ['container', 'ls', '-a', '-q', '--filter', `label=${RUN_LABEL}=${effects.runId}`];
  expect(execFileSync('docker', list).toString()).toBe('');
});
