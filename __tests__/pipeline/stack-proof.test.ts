import { describe, expect, test } from '@jest/globals';
import type { ImageRecord, RunRecord, StackRecord } from '../../src/model/record.ts';
import type { StackSubject } from '../../src/model/stack-judgement.ts';
import type { ProvenImage } from '../../src/pipeline/promotion-source.ts';
import { requireStarted, settleStacks, stackVerdictOf, whyNotStarted } from '../../src/pipeline/stack-proof.ts';
import { blankConfig } from '../support/blank.ts';
import { stackConfig } from '../support/compose.ts';
import { anImageRecord, anOutcome, aRecord, fakeDigest } from '../support/records.ts';

const API = anImageRecord();
const WORKER = anImageRecord({ name: 'worker' });
const declared = blankConfig({ file: 'slipway.yml', stack: stackConfig(['c.yml']) });
const stackOf = (rules: readonly string[], change: Partial<StackRecord> = {}): StackRecord => ({
  ...{ name: 'stack', files: ['c.yml'], services: ['api'], images: ['api'], blocked: [] },
  outcomes: rules.map((rule) => anOutcome({ rule })),
  ...change,
});
const subject = ({ name, digests, policyHash }: ImageRecord): StackSubject => {
  if (digests === undefined) throw new Error('no digests');
  return { name, digests, policyHash };
};
const started = (images: readonly ImageRecord[]) =>
  stackOf(['compose.latest', 'stack.starts'], { started: images.map(subject) });
const OTHER = anImageRecord({ digests: { manifest: fakeDigest(9), config: fakeDigest(9) } });

describe('what was checked on this machine', () => {
  test.each<[string, RunRecord, string]>([
    ['a record of a check', aRecord({ stack: stackOf(['compose.latest']) }), 'the stack was never started with api'],
    ['a record without a word of the stack', aRecord(), 'the stack was never started with api'],
    [
      'a record of a stack of other bytes',
      aRecord({ stack: started([OTHER]) }),
      'the verdict on the stack is about another digest or another policy of api',
    ],
  ])('%s is no proof of what runs', (_, record, message) => {
    expect(() => {
      requireStarted(declared, API, record);
    }).toThrow(message);
  });

  test('a stack that was started is, and other images need none', () => {
    requireStarted(declared, API, aRecord({ stack: stackOf(['compose.latest', 'stack.starts']) }));
    requireStarted(declared, API, aRecord({ stack: started([API]) }));
    requireStarted(declared, WORKER, aRecord({ stack: stackOf(['compose.latest']) }));
    requireStarted(blankConfig(), API, aRecord());
  });
});

describe('what waits in staging', () => {
  const proven = (image: ImageRecord, stack: StackRecord | undefined): ProvenImage =>
    ({ image, record: aRecord({ images: [image], ...(stack && { stack }) }) }) as unknown as ProvenImage;
  const FILES = stackOf(['compose.latest']);
  const demand = { workflow: '77', commit: 'c'.repeat(40) };
  const NOW = new Date('2026-03-01T00:00:00Z');
  const verdictOf = (stack: StackRecord) =>
    stackVerdictOf(aRecord({ stack, run: { ...aRecord().run, workflow: '77' } }));
  const settle = (images: readonly ProvenImage[], stack?: StackRecord) =>
    settleStacks(declared, images, stack === undefined ? [] : verdictOf(stack), demand, NOW);

  test('is published with the verdict, which its record has then, later than the one in staging', () => {
    const [api, worker] = settle([proven(API, FILES), proven(WORKER, FILES)], started([API]));
    expect(api).toMatchObject({ image: { blocked: [] }, stack: { started: [subject(API)] } });
    expect(api?.record).toMatchObject({ run: { finishedAt: NOW.toISOString() }, stack: { blocked: [] } });
    expect(worker?.stack).toBeUndefined();
    expect(worker?.record.run.finishedAt).toBe(aRecord().run.finishedAt);
  });

  test('is held back without one, in the image and in its record', () => {
    const [api] = settle([proven(API, FILES)]);
    const held = { blocked: ['stack: stack.starts undecided'] };
    expect(api).toMatchObject({ image: held, record: { images: [held] } });
  });

  test('is published together with what it was started with, and not with anything else', () => {
    const both = { ...FILES, images: ['api', 'worker'] };
    const settled = settle([proven(API, both), proven(WORKER, both)], started([API, { ...OTHER, name: 'worker' }]));
    expect(settled.map(({ image }) => image.blocked.length)).toEqual([1, 1]);
  });

  test('needs no further word where its build job started the stack with these bytes', () => {
    const own = proven(API, started([API]));
    expect(settle([own])).toEqual([own]);
    expect(settle([proven(API, started([OTHER]))])[0]?.image.blocked).toEqual(['stack: stack.starts undecided']);
  });

  test('is refused where its record does not know of the stack that the config declares', () => {
    expect(() => settle([proven(API, undefined)])).toThrow('the stack was never started with api');
  });

  test('a verdict that is too large is refused, and one of a job without any is none', () => {
    const huge = started([API]);
    huge.outcomes.push(anOutcome({ reason: 'x'.repeat(4 * 1024 * 1024) }));
    expect(() => verdictOf(huge)).toThrow('larger than 4 MiB');
    expect(stackVerdictOf(aRecord())).toEqual([]);
  });
});

test.each<[string, StackRecord | undefined, string | undefined]>([
  ['no stack', undefined, undefined],
  ['one that does not start it', stackOf(['compose.latest'], { images: [] }), undefined],
  ['one that was started', started([API]), undefined],
  ['one of an earlier version that was', stackOf(['stack.starts']), undefined],
  ['one that nobody started', stackOf(['compose.latest']), 'the stack was never started with api'],
  [
    'one that was started with other bytes',
    started([OTHER]),
    'the verdict on the stack is about another digest or another policy of api',
  ],
])('what a promotion makes of a record with %s', (_, stack, reason) => {
  expect(whyNotStarted(API, aRecord(stack === undefined ? {} : { stack }))).toBe(reason);
});
