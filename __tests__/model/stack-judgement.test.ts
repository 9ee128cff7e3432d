import { describe, expect, test } from '@jest/globals';
import type { StackRecord } from '../../src/model/record.ts';
import { settleStack, type StackSubject, type StackVerdict } from '../../src/model/stack-judgement.ts';
import { anOutcome, fakeDigest } from '../support/records.ts';

const subject = (name: string, change: Partial<StackSubject> = {}): StackSubject => ({
  name,
  digests: { index: fakeDigest(1), manifest: fakeDigest(2), config: fakeDigest(3) },
  policyHash: 'a'.repeat(64),
  ...change,
});
const API = subject('api');
const WEB = subject('web', { digests: { manifest: fakeDigest(4), config: fakeDigest(5) } });
const FILES = anOutcome({ rule: 'compose.latest' });
const STARTS = anOutcome({ rule: 'stack.starts' });
const READY = anOutcome({ rule: 'stack.ready' });

const stackOf = (change: Partial<StackRecord> = {}): StackRecord => ({
  ...{ name: 'stack', files: ['c.yml'], services: ['api', 'web'], images: ['api', 'web'] },
  ...{ outcomes: [FILES], blocked: [] },
  ...change,
});
const verdict = (change: Partial<StackRecord> = {}, about: Partial<StackVerdict> = {}): StackVerdict => ({
  workflow: '77',
  commit: 'c'.repeat(40),
  stack: stackOf({ outcomes: [FILES, STARTS, READY], started: [API, WEB], ...change }),
  ...about,
});
const demand = { workflow: '77', commit: 'c'.repeat(40), images: [API, WEB] };
const reasonOf = ({ outcomes }: StackRecord): string | undefined => outcomes.find(({ reason }) => reason)?.reason;

test('a pass for these bytes, under this policy, of this run and commit, lets them through', () => {
  const settled = settleStack(stackOf(), [verdict()], demand);
  expect(settled).toMatchObject({ blocked: [], started: [API, WEB] });
  expect(settled.outcomes.map(({ rule }) => rule)).toEqual(['compose.latest', 'stack.starts', 'stack.ready']);
});

test('so does one that was started with more than is published', () => {
  expect(settleStack(stackOf(), [verdict()], { ...demand, images: [WEB] }).blocked).toEqual([]);
});

const OTHER = subject('api', { digests: { manifest: fakeDigest(9), config: fakeDigest(3) } });
const STRICTER = subject('api', { policyHash: 'b'.repeat(64) });

describe('nothing else does', () => {
  test.each<[string, readonly StackVerdict[], string]>([
    ['no verdict', [], 'no job of this run has started the stack, and the stack job was skipped'],
    ['one of another run', [verdict({}, { workflow: '76' })], 'the verdict on the stack is of the run 76'],
    ['one of no run', [verdict({}, { workflow: undefined })], 'the verdict on the stack is of the run of nobody'],
    ['one of another commit', [verdict({}, { commit: 'd' })], 'the verdict on the stack is about the commit d'],
    [
      'one about other bytes of an image',
      [verdict({ started: [OTHER, WEB] })],
      'the verdict on the stack is about another digest or another policy of api',
    ],
    [
      'one under another policy',
      [verdict({ started: [STRICTER, WEB] })],
      'the verdict on the stack is about another digest or another policy of api',
    ],
    [
      'one without one of the images',
      [verdict({ started: [API] })],
      'the verdict on the stack is about another digest or another policy of web',
    ],
    [
      'the bytes of one image under the name of another',
      [verdict({ started: [API, { ...API, name: 'web' }] })],
      'the verdict on the stack is about another digest or another policy of web',
    ],
    [
      'one that says nothing of what was started',
      [verdict({ started: undefined })],
      'the verdict on the stack is about another digest or another policy of api, web',
    ],
    [
      'one that only read the files',
      [verdict({ outcomes: [FILES] })],
      'the verdict on the stack is of a job that did not start it',
    ],
    [
      'a pass in the place of one of a job that failed',
      [verdict()],
      'the stack job was skipped, whatever its record says',
    ],
    [
      'one that could not start it, in its own words',
      [
        verdict({
          started: undefined,
          outcomes: [FILES, { ...STARTS, status: 'undecided', reason: 'web has no candidate' }],
        }),
      ],
      'web has no candidate',
    ],
  ])('%s', (_, verdicts, reason) => {
    const job = { succeeded: false, words: 'the stack job was skipped' };
    const settled = settleStack(stackOf(), verdicts, { ...demand, job });
    expect([settled.blocked, reasonOf(settled)]).toEqual([['stack.starts undecided'], reason]);
  });

  test('a failure is shown as it is', () => {
    const failed = anOutcome({ rule: 'stack.ready', status: 'failed' });
    const job = { succeeded: false, words: 'the stack job failed' };
    const settled = settleStack(stackOf(), [verdict({ outcomes: [FILES, STARTS, failed] })], { ...demand, job });
    expect(settled.blocked).toEqual(['stack.ready failed']);
  });

  test('a failure', () => {
    const failed = anOutcome({ rule: 'stack.ready', status: 'failed' });
    const settled = settleStack(stackOf(), [verdict({ outcomes: [FILES, STARTS, failed] })], demand);
    expect(settled.blocked).toEqual(['stack.ready failed']);
  });

  test('a pass that forgets what it was blocked for: what blocks is asked of the outcomes', () => {
    const failed = anOutcome({ rule: 'stack.http', status: 'undecided' });
    const settled = settleStack(stackOf(), [verdict({ outcomes: [STARTS, failed], blocked: [] })], demand);
    expect(settled.blocked).toEqual(['stack.http undecided']);
  });

  test('a word of the stack job about the files, which the build job has judged', () => {
    const files = anOutcome({ rule: 'compose.latest', status: 'failed' });
    expect(settleStack(stackOf({ outcomes: [files] }), [verdict()], demand).blocked).toEqual(['compose.latest failed']);
  });
});

describe('a stack that the build job started itself', () => {
  test.each<[string, Partial<StackRecord>, readonly string[]]>([
    ['with these bytes', { started: [API, WEB] }, []],
    ['by an earlier version, which does not say with which', {}, []],
    ['with other bytes', { started: [OTHER, WEB] }, ['stack.starts undecided']],
  ])('%s', (_, change, blocked) => {
    const own = stackOf({ outcomes: [FILES, STARTS, READY], ...change });
    expect(settleStack(own, [], demand).blocked).toEqual(blocked);
    // Another job's verdict changes nothing of it.
    expect(settleStack(own, [verdict()], demand).blocked).toEqual(blocked);
  });
});

test('where no image of the stack is published nobody has to have started it', () => {
  expect(settleStack(stackOf(), [], { ...demand, images: [] })).toEqual(stackOf());
});
