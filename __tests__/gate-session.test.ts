import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runGate } from '../src/gate-session.ts';
import type { RunRecord } from '../src/model/record.ts';
import type { RunArtifacts } from '../src/model/run-artifacts.ts';
import { outputsOf } from '../src/report/action-outputs.ts';
import { captureEffects } from './support/captured-effects.ts';
import { anImageRecord, aRecord } from './support/records.ts';

const PLAN = aRecord({
  images: [anImageRecord({ status: 'planned', outcomes: [], digests: undefined })],
  jobs: { build: [{ shard: 'images', images: ['api'], runsOn: ['ubuntu-24.04'] }], gpu: [] },
});

function left(records: Readonly<Record<string, RunRecord>>): RunArtifacts {
  const kept = new Map(Object.entries(records).map(([job, record]) => [`slipway-record.${job}.all.1`, record]));
  return {
    put: () => Promise.resolve(),
    putOpen: () => Promise.resolve(),
    list: () => Promise.resolve([...kept.keys()]),
    get: (name) => Promise.resolve(Buffer.from(JSON.stringify(kept.get(name)))),
  };
}

test.each<[string, RunRecord, Record<string, string>, number, RegExp]>([
  ['what the plan job said stands in its record', PLAN, outputsOf(PLAN), 0, /^$/],
  ['an output that GitHub took for a secret says nothing', PLAN, { ...outputsOf(PLAN), names: '' }, 0, /^$/],
  [
    'a plan that another job wrote asks for less than was planned',
    { ...PLAN, images: [], jobs: { build: [], gpu: [] } },
    outputsOf(PLAN),
    2,
    /the plan's record is not what the plan job wrote: it differs in (images|build)/,
  ],
])('%s', async (_, plan, outputs, exitCode, problem) => {
  const captured = captureEffects();
  const needs = { plan: { result: 'success', outputs }, build: { result: 'success' } } as const;
  const output = mkdtempSync(join(tmpdir(), 'slipway-gate-'));
  const result = await runGate(captured.effects, left({ plan, build: aRecord() }), needs, output);
  expect(result.exitCode).toBe(exitCode);
  expect(captured.text()).toMatch(problem);
});
