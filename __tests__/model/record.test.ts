import { describe, expect, test } from '@jest/globals';
import { Fault } from '../../src/model/fault.ts';
import { mergeRecords } from '../../src/model/record-merge.ts';
import { parseRecord } from '../../src/model/record-parse.ts';
import { exitCodeFor, verdictOf } from '../../src/model/record-verdict.ts';
import { anImageRecord, anOutcome, aRecord, fakeDigest } from '../support/records.ts';

describe('parseRecord', () => {
  test('reads back what was written', () => {
    const record = aRecord();
    expect(parseRecord(JSON.stringify(record), 'record.json')).toEqual(record);
  });

  test.each([
    ['not JSON', '{', /not JSON/],
    ['another document', '{"a":1}', /not a slipway record/],
    ['an unknown major', JSON.stringify({ ...aRecord(), schema: 'slipway-record/v2' }), /slipway-record\/v2/],
    [
      'a wrong digest',
      JSON.stringify(
        aRecord({ images: [anImageRecord({ digests: { manifest: 'sha256:1', config: fakeDigest(1) } })] }),
      ),
      /damaged/,
    ],
    ['a missing part', JSON.stringify({ ...aRecord(), images: undefined }), /damaged/],
  ])('refuses %s', (_name, text, message) => {
    expect(() => parseRecord(text, 'record.json')).toThrow(Fault);
    expect(() => parseRecord(text, 'record.json')).toThrow(message);
  });

  test('ignores fields of a newer minor version', () => {
    expect(parseRecord(JSON.stringify({ ...aRecord(), extra: true }), 'r')).toEqual(aRecord());
  });
});

describe('mergeRecords', () => {
  test('whoever started the stack says more of it than its files do, and never the opposite', () => {
    const stack = { name: 'stack' as const, files: ['c.yml'], services: ['api'], images: ['api'], blocked: [] };
    const files = { ...stack, outcomes: [anOutcome({ rule: 'compose.latest' })] };
    const started = { ...stack, outcomes: [...files.outcomes, anOutcome({ rule: 'stack.ready' })] };
    expect(mergeRecords([aRecord({ stack: files }), aRecord({ stack: started })]).stack).toEqual(started);
    expect(mergeRecords([aRecord({ stack: started }), aRecord({ stack: files })]).stack).toEqual(started);
    expect(mergeRecords([aRecord(), aRecord({ stack: files })]).stack).toEqual(files);
    const other = { ...started, outcomes: [anOutcome({ rule: 'compose.latest', status: 'failed' })] };
    expect(() => mergeRecords([aRecord({ stack: started }), aRecord({ stack: other })])).toThrow(
      /contradict each other: stack: outcome of compose\.latest/,
    );
  });

  test('joins images of different fragments', () => {
    const merged = mergeRecords([aRecord(), aRecord({ images: [anImageRecord({ name: 'worker' })] })]);
    expect(merged.images.map((image) => image.name)).toEqual(['api', 'worker']);
  });

  test('joins outcomes of one image and keeps it blocked', () => {
    const left = aRecord({ images: [anImageRecord({ blocked: ['user.config failed'] })] });
    const right = aRecord({ images: [anImageRecord({ outcomes: [anOutcome({ rule: 'size.unpacked' })] })] });
    const [image] = mergeRecords([left, right]).images;
    expect(image?.outcomes.map((outcome) => outcome.rule)).toEqual(['user.config', 'size.unpacked']);
    expect(image?.blocked).toEqual(['user.config failed']);
  });

  test('is the same whichever fragment comes first', () => {
    const left = aRecord({ images: [anImageRecord({ status: 'planned', outcomes: [] })] });
    const right = aRecord();
    expect(mergeRecords([left, right]).images).toEqual(mergeRecords([right, left]).images);
  });

  test.each([
    ['commit', aRecord({ source: { ...aRecord().source, commit: 'd'.repeat(40) } })],
    ['digests', aRecord({ images: [anImageRecord({ digests: { manifest: fakeDigest(9), config: fakeDigest(3) } })] })],
    ['policy hash', aRecord({ images: [anImageRecord({ policyHash: 'b'.repeat(64) })] })],
    ['outcome of user.config', aRecord({ images: [anImageRecord({ outcomes: [anOutcome({ status: 'failed' })] })] })],
  ])('refuses fragments that contradict each other in %s', (what, other) => {
    expect(() => mergeRecords([aRecord(), other])).toThrow(new RegExp(what));
  });
});

describe('exit code and verdict', () => {
  const failed = anImageRecord({ blocked: ['x'], outcomes: [anOutcome({ status: 'failed' })] });
  const waiting = anImageRecord({ blocked: ['x'], outcomes: [anOutcome({ status: 'undecided', environment: true })] });
  const unsure = anImageRecord({ blocked: ['x'], outcomes: [anOutcome({ status: 'undecided' })] });
  const fault = { kind: 'fault' as const, message: 'm' };
  const outage = { kind: 'environment' as const, message: 'm' };
  test.each([
    ['all passed', aRecord(), 0, 'passed'],
    ['one failed', aRecord({ images: [anImageRecord(), failed] }), 1, 'blocked'],
    ['one undecided', aRecord({ images: [unsure] }), 1, 'blocked'],
    ['undecided by the environment alone', aRecord({ images: [waiting] }), 75, 'blocked'],
    ['undecided by the environment, another failed', aRecord({ images: [waiting, failed] }), 1, 'blocked'],
    ['a fault', aRecord({ problems: [fault] }), 2, 'blocked'],
    ['an outage', aRecord({ problems: [outage] }), 75, 'blocked'],
    ['an outage beside a failed image', aRecord({ images: [failed], problems: [outage] }), 1, 'blocked'],
    ['failed but informational', aRecord({ images: [failed], config: { informational: true } }), 0, 'informational'],
  ])('%s', (_name, record, code, verdict) => {
    expect(exitCodeFor(record)).toBe(code);
    expect(verdictOf(record)).toBe(verdict);
  });
});
