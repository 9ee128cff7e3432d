import { RECORD_SCHEMA, type ImageRecord, type OutcomeRecord, type RunRecord } from '../../src/model/record.ts';

const HEX = '0123456789abcdef';

/** A digest made of one repeated hex character. */
export function fakeDigest(seed: number): `sha256:${string}` {
  return `sha256:${(HEX[seed % 16] ?? '0').repeat(64)}`;
}

export function anOutcome(change: Partial<OutcomeRecord> = {}): OutcomeRecord {
  return { rule: 'user.config', status: 'passed', severity: 'error', findings: [], ...change };
}

export function anImageRecord(change: Partial<ImageRecord> = {}): ImageRecord {
  return {
    name: 'api',
    kind: 'service',
    reason: 'all images are built',
    policyHash: 'a'.repeat(64),
    tags: ['main'],
    status: 'built',
    digests: { index: fakeDigest(1), manifest: fakeDigest(2), config: fakeDigest(3) },
    outcomes: [anOutcome()],
    blocked: [],
    ...change,
  };
}

export function aRecord(change: Partial<RunRecord> = {}): RunRecord {
  return {
    schema: RECORD_SCHEMA,
    tool: { name: 'slipway', version: '0.1.0' },
    run: { id: 'abc', command: 'ship', startedAt: '2026-01-02T03:04:05.000Z', finishedAt: '2026-01-02T03:05:05.000Z' },
    source: { event: 'command-line', commit: 'c'.repeat(40), branch: 'main', dirty: false, fork: false },
    config: { file: 'slipway.yml', informational: false },
    publish: { decided: true, reason: 'command line' },
    images: [anImageRecord()],
    notes: [],
    problems: [],
    ...change,
  };
}
