import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { RunRecord } from '../../src/model/record.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { anImageRecord, anOutcome, aRecord } from '../support/records.ts';
import { aHostileRecord, aRichRecord } from '../support/rich-record.ts';
import { validateSarif } from '../support/sarif-schema.ts';

const log = z.object({
  runs: z.tuple([
    z.object({
      tool: z.object({ driver: z.object({ rules: z.array(z.looseObject({ id: z.string() })) }) }),
      results: z.array(
        z.object({
          ruleId: z.string(),
          level: z.string(),
          message: z.object({ text: z.string() }),
          locations: z.array(z.looseObject({ physicalLocation: z.looseObject({}).optional() })),
          partialFingerprints: z.record(z.string(), z.string()),
          suppressions: z.array(z.looseObject({ justification: z.string() })).optional(),
        }),
      ),
    }),
  ]),
});

function resultsOf(record: RunRecord): z.infer<typeof log>['runs'][0]['results'] {
  return log.parse(JSON.parse(renderSarif(record))).runs[0].results;
}

function fingerprintOf(message: string, line = 3): string | undefined {
  const findings = [{ message, remedy: 'r', place: { file: 'Dockerfile', line } }];
  const image = anImageRecord({ outcomes: [anOutcome({ status: 'failed', findings })] });
  return resultsOf(aRecord({ images: [image] }))[0]?.partialFingerprints['primaryLocationLineHash'];
}

describe('renderSarif', () => {
  test.each([
    ['a run with everything', aRichRecord()],
    ['hostile text everywhere', aHostileRecord()],
    ['nothing at all', aRecord({ images: [] })],
    ['a problem', aRecord({ problems: [{ kind: 'environment', message: 'no disk', remedy: 'Make room.' }] })],
  ])('is valid SARIF 2.1.0: %s', (_name, record) => {
    expect(validateSarif(JSON.parse(renderSarif(record)))).toEqual([]);
  });

  test('the validator would notice', () => {
    expect(validateSarif({ version: '2.1.0', runs: [{ results: [] }] })).not.toEqual([]);
  });

  test('one result per finding, with level and line; what could not be decided is one too', () => {
    const results = resultsOf(aRichRecord());
    expect(results.map(({ ruleId, level }) => `${ruleId} ${level}`)).toEqual([
      'build error',
      'health.defined warning',
      'size.unpacked error',
      'user.setuid warning',
      'job.exit error',
      'compose.restart warning',
      'compose.restart warning',
      'stack.ready error',
    ]);
    expect(results[2]?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'slipway.yml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 12, startColumn: 5 },
    });
  });

  test('a finding inside the image is shown at the Dockerfile, with its path beside it', () => {
    const result = resultsOf(aRichRecord()).find(({ ruleId }) => ruleId === 'user.setuid');
    expect(result?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'docker/Dockerfile.inference', uriBaseId: '%SRCROOT%' },
          region: { startLine: 1 },
        },
        logicalLocations: [
          { fullyQualifiedName: 'inference', kind: 'module' },
          { fullyQualifiedName: 'inference:/usr/bin/su', kind: 'resource' },
        ],
      },
    ]);
  });

  test('what a waiver covers is suppressed with its reason, the rest is not', () => {
    const results = resultsOf(aRichRecord());
    expect(results[1]?.suppressions).toEqual([
      { kind: 'external', status: 'accepted', justification: expect.stringContaining('probed by the platform') },
    ]);
    expect(results[2]).not.toHaveProperty('suppressions');
  });

  test('fingerprints outlive other numbers and other lines, and tell problems apart', () => {
    expect(fingerprintOf('24.1 GB unpacked')).toBe(fingerprintOf('25 GB unpacked', 99));
    expect(fingerprintOf('980 MB unpacked, 1 GB allowed')).toBe(fingerprintOf('1.2 GB unpacked, 1.00 GiB allowed'));
    expect(fingerprintOf('never healthy: it said "a"')).toBe(fingerprintOf('never healthy: it said "b"'));
    expect(fingerprintOf('ready after 1 m 20 s')).toBe(fingerprintOf('ready after 27.1 s'));
    expect(fingerprintOf('db restarts')).not.toBe(fingerprintOf('worker restarts'));
    expect(fingerprintOf('24.1 GB unpacked')).not.toBe(fingerprintOf('24.1 GB downloaded'));
    const twice = anOutcome({
      status: 'failed',
      findings: [
        { message: 'layer 1', remedy: 'r' },
        { message: 'layer 2', remedy: 'r' },
      ],
    });
    const prints = resultsOf(aRecord({ images: [anImageRecord({ outcomes: [twice] })] })).map(
      ({ partialFingerprints }) => partialFingerprints['primaryLocationLineHash'],
    );
    expect(new Set(prints).size).toBe(2);
  });

  test('a path with odd characters is one URI', () => {
    const place = { file: 'a b/%#?.Dockerfile', line: 1 };
    const outcome = anOutcome({ status: 'failed', findings: [{ message: 'm', remedy: 'r', place }] });
    const [result] = resultsOf(aRecord({ images: [anImageRecord({ outcomes: [outcome] })] }));
    expect(result?.locations[0]?.physicalLocation?.['artifactLocation']).toEqual({
      uri: 'a%20b/%25%23%3F.Dockerfile',
      uriBaseId: '%SRCROOT%',
    });
  });

  test('every rule has the texts that code scanning asks for', () => {
    const { rules } = log.parse(JSON.parse(renderSarif(aRichRecord()))).runs[0].tool.driver;
    expect(rules.map(({ id }) => id)).toEqual([
      'build',
      'health.defined',
      'size.unpacked',
      'user.setuid',
      'job.exit',
      'compose.restart',
      'stack.ready',
    ]);
    expect(rules[2]).toMatchObject({
      shortDescription: { text: 'The unpacked layers stay within the budget' },
      fullDescription: { text: 'The unpacked layers stay within the budget' },
      help: { text: expect.stringContaining('slipway explain size.unpacked') },
    });
  });

  test('more than code scanning shows is cut and said so', () => {
    const findings = Array.from({ length: 6000 }, (_, number) => ({ message: `m ${String(number)}`, remedy: 'r' }));
    const record = aRecord({ images: [anImageRecord({ outcomes: [anOutcome({ status: 'failed', findings })] })] });
    expect(resultsOf(record)).toHaveLength(5000);
    expect(renderSarif(record)).toContain('1000 more results, all of them in the record');
  });
});
