import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../src/model/digest.ts';
import { type GpuNeed, judgeGpuForPublishing, keepAttempts, toGpuOutcome } from '../../src/model/gpu-judgement.ts';
import { type GpuVerdict, gpuVerdictSchema } from '../../src/model/gpu-verdict.ts';
import { mergeRecords } from '../../src/model/record-merge.ts';
import { isBlocking } from '../../src/model/verdict.ts';
import { withAttempt } from '../../src/pipeline/gpu-stage.ts';
import { asDemanded, isStrict, settleGpu } from '../../src/pipeline/gpu-clearance.ts';
import { clear } from '../../src/publish/clear.ts';
import { blankConfig, blankImage } from '../support/blank.ts';
import { blankGpu } from '../support/gpu-job.ts';
import { blankNeed, blankVerdict, GPU_DIGESTS, GPU_POLICY } from '../support/gpu-verdict.ts';
import { anImageRecord, aRecord } from '../support/records.ts';

const NEED: GpuNeed = { required: true, onInfra: 'block', onSkip: 'warn' };
const SUBJECT = { digests: GPU_DIGESTS, policyHash: GPU_POLICY, strict: true };
const passed = blankVerdict();
const failed = blankVerdict({
  verdict: 'failed',
  diagnosis: { rule: 'gpu-not-used', message: 'unused', remedy: 'Use it.' },
});
const infra = blankVerdict({ verdict: 'infra', diagnosis: { rule: 'no-gpu', message: 'gone', remedy: 'Look.' } });
const skipped = blankVerdict({ verdict: 'skipped' });
const second = (verdict: GpuVerdict): GpuVerdict => ({ ...verdict, attempt: 2 });

test('a verdict survives its own schema', () => {
  expect(gpuVerdictSchema.parse(JSON.parse(JSON.stringify(failed)))).toEqual(failed);
});

describe('publishing', () => {
  test.each<[string, readonly GpuVerdict[], Partial<GpuNeed>, boolean]>([
    ['a pass', [passed], {}, true],
    ['nothing', [], {}, false],
    ['a skipped one', [skipped], {}, false],
    ['a broken machine', [infra], {}, false],
    ['a failed one', [failed], {}, false],
    ['a broken machine, then a pass', [infra, second(passed)], {}, true],
    ['whatever order they come in', [second(passed), infra], {}, true],
    ['a pass, then a broken machine', [passed, second(infra)], {}, false],
    ['a failed one, then a pass: what failed has failed', [failed, second(passed)], {}, false],
    ['a pass of other bytes', [blankVerdict({ digests: { ...GPU_DIGESTS, manifest: digestOf('x') } })], {}, false],
    ['a pass of another config', [blankVerdict({ digests: { ...GPU_DIGESTS, config: digestOf('x') } })], {}, false],
    ['a pass under another policy', [blankVerdict({ policyHash: '1'.repeat(64) })], {}, false],
    ['a pass on a stand-in', [blankVerdict({ standIn: true })], {}, false],
    ['nothing, and nothing is required', [], { required: false }, true],
    ['a broken machine, not required', [infra], { required: false }, true],
    ['a failed one, not required: a failed one always blocks', [failed], { required: false }, false],
    ['a broken machine, on-infra neutral: it colours the check only', [infra], { onInfra: 'neutral' }, false],
    ['a skipped one, on-skip warn: it colours the check only', [skipped], { onSkip: 'warn' }, false],
  ])('%s', (_, attempts, change, free) => {
    const need = { ...NEED, ...change };
    expect(!isBlocking(judgeGpuForPublishing(need, attempts, SUBJECT))).toBe(free);
    const built = { name: 'app', digests: GPU_DIGESTS };
    const outcomes = [{ rule: 'platform', status: 'passed', severity: 'error', findings: [] }] as const;
    const gpu = { need, attempts, subject: SUBJECT };
    expect(clear({ built, judged: GPU_DIGESTS, outcomes, gpu }).cleared).toBe(free);
  });

  test('a stand-in clears what nobody else reads', () => {
    const outcome = judgeGpuForPublishing(NEED, [blankVerdict({ standIn: true })], { ...SUBJECT, strict: false });
    expect(outcome).toMatchObject({ status: 'passed', seen: '0 phases on a GPU (a stand-in)' });
  });

  test.each([
    ['127.0.0.1:5000/team', false],
    ['localhost:5000', false],
    ['localhost', false],
    ['[::1]:5000/team', false],
    ['127.evil.example/team', true],
    ['localhost.evil.example/team', true],
    ['ghcr.io/acme', true],
  ])('%s is read by others: %s', (location, strict) => {
    expect(isStrict({ type: 'registry', location })).toBe(strict);
    expect(isStrict({ type: 'oci', directory: location })).toBe(false);
  });

  test('the record says why, and takes a verdict of another image for nothing', () => {
    const image = anImageRecord({
      name: 'app',
      policyHash: GPU_POLICY,
      digests: GPU_DIGESTS,
      gpu: blankNeed(),
      blocked: [],
    });
    const target = { type: 'registry', location: 'ghcr.io/acme' } as const;
    const without = settleGpu(image, [blankVerdict({ image: 'other' })], target);
    expect([without.blocked, without.outcomes.at(-1)?.reason]).toEqual([
      ['cuda.smoke undecided'],
      'no GPU job has given a verdict',
    ]);
    expect(settleGpu(image, [passed], target)).toMatchObject({ blocked: [], gpu: { attempts: [passed] } });
    const plain = anImageRecord({ name: 'app' });
    expect(settleGpu(plain, [passed], target)).toBe(plain);
  });
});

describe('the job that tried', () => {
  test.each<[string, readonly GpuVerdict[], Partial<GpuNeed>, string, string]>([
    ['passed', [passed], {}, 'passed', 'error'],
    ['failed', [failed], {}, 'failed', 'error'],
    ['a broken machine', [infra], {}, 'undecided', 'error'],
    ['a broken machine that is to be neutral', [infra], { onInfra: 'neutral' }, 'undecided', 'warning'],
    ['skipped', [skipped], {}, 'skipped', 'warning'],
    ['skipped, which is to fail', [skipped], { onSkip: 'fail' }, 'undecided', 'error'],
    ['not required', [infra], { required: false }, 'undecided', 'warning'],
    ['a second attempt', [infra, second(passed)], {}, 'passed', 'error'],
  ])('%s', (_, attempts, change, status, severity) => {
    expect(toGpuOutcome({ ...NEED, ...change }, attempts)).toMatchObject({ rule: 'cuda.smoke', status, severity });
  });

  test('another attempt frees what the first left undecided, and both are kept', () => {
    const image = anImageRecord({
      name: 'app',
      policyHash: GPU_POLICY,
      digests: GPU_DIGESTS,
      gpu: blankNeed(),
      blocked: [],
    });
    const first = withAttempt(image, infra);
    const retry = withAttempt(image, second(passed));
    expect([first.blocked, retry.blocked]).toEqual([['cuda.smoke undecided'], []]);
    for (const pair of [
      [first, retry],
      [retry, first],
    ] as const) {
      const [one, other] = pair;
      const merged = mergeRecords([aRecord({ images: [one] }), aRecord({ images: [other] })]).images[0];
      expect(merged?.gpu?.attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
      expect(merged?.blocked).toEqual([]);
      expect(merged?.outcomes.filter(({ rule }) => rule === 'cuda.smoke').map(({ status }) => status)).toEqual([
        'passed',
      ]);
    }
  });
});

describe('a record keeps ten attempts', () => {
  const nth = (verdict: GpuVerdict, attempt: number): GpuVerdict => ({ ...verdict, attempt });
  test.each<[string, GpuVerdict[], number[]]>([
    ['all of ten', Array.from({ length: 10 }, (_, index) => nth(infra, index)), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    [
      'the last of twelve',
      Array.from({ length: 12 }, (_, index) => nth(infra, index)),
      [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    ],
    [
      'one that failed, however long ago',
      [nth(failed, 0), ...Array.from({ length: 11 }, (_, index) => nth(passed, index + 1))],
      [0, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    ],
    [
      'the last of twelve that failed',
      Array.from({ length: 12 }, (_, index) => nth(failed, index)),
      [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    ],
  ])('%s', (_, attempts, kept) => {
    expect(keepAttempts(attempts).map(({ attempt }) => attempt)).toEqual(kept);
  });
});

test('what is demanded stands in the config; a record only says what was tried', () => {
  const config = blankConfig({ images: [blankImage({ gpu: blankGpu({ required: true }) })] });
  const claims = anImageRecord({ gpu: { ...blankNeed([passed]), required: false } });
  expect(asDemanded(config, claims).gpu).toMatchObject({ required: true, attempts: [passed] });
  expect(asDemanded(config, anImageRecord()).gpu).toMatchObject({ required: true, attempts: [] });
  expect(asDemanded({ ...config, images: [] }, claims)).toBe(claims);
});
