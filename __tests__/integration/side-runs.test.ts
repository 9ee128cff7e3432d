import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { judgeImage } from '../../src/check/judge.ts';
import { makeRunSlots } from '../../src/check/probes/run-slots.ts';
import { observeService } from '../../src/check/probes/service-run.ts';
import { observeSideRuns, SIDE_FACTS } from '../../src/check/probes/side-runs.ts';
import { RULES } from '../../src/check/rules/index.ts';
import { makeEffects } from '../../src/io/effects.ts';
import type { RuleEntry } from '../../src/model/config.ts';
import type { Effects } from '../../src/model/effects.ts';
import { RUN_LABEL } from '../../src/model/engine.ts';
import { known, type FactTable } from '../../src/model/facts.ts';
import type { RuleOutcome } from '../../src/model/verdict.ts';
import { blankConfig, blankImage } from '../support/blank.ts';
import { describeFromEngine } from '../support/engine-description.ts';
import { buildRuntimeImages, type RuntimeImages } from '../support/runtime-images.ts';
import { httpCheck } from '../support/runs.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/side-images');
const TARGETS = ['good', 'drops', 'bad'] as const;
type Target = (typeof TARGETS)[number];

const entry = (settings: unknown): RuleEntry => ({ level: 'error', settings, place: { file: 'slipway.yml' } });
const config = blankConfig({
  rules: {
    'health.cadence': entry({ wait: 1500 }),
    'user.drop-entrypoint': entry({ 'expect-drop-to': 10_001, within: 4000 }),
    'user.arbitrary-uid': entry({}),
    'stop.under-load': entry({ path: '/slow', requests: 4 }),
    'run.logs': entry({}),
  },
});
const JUDGED = [
  'user.groups',
  'user.drop-entrypoint',
  'user.arbitrary-uid',
  'health.cadence',
  'health.not-vacuous',
  'stop.under-load',
  'pid1.zombies',
  'run.read-only',
  'run.cap-drop-all',
  'run.no-new-privileges',
  'run.logs',
];
const GROUP = [{ name: 'docker', gid: 990, members: ['app'] }];

let images: RuntimeImages;
let effects: Effects;
let observed: ReadonlyMap<Target, readonly RuleOutcome[]>;

beforeAll(async () => {
  const stream = { write: () => true };
  effects = makeEffects({ env: process.env, stdout: stream, stderr: stream, signal: new AbortController().signal });
  images = buildRuntimeImages(TARGETS, effects.runId, FOLDER);
  const pairs = TARGETS.map(async (target) => [target, await observe(target)] as const);
  observed = new Map(await Promise.all(pairs));
}, 300_000);

afterAll(() => {
  images.remove();
});

async function observe(target: Target): Promise<readonly RuleOutcome[]> {
  const slots = makeRunSlots(await effects.engine.info());
  const image = blankImage({ name: target, port: 8080, http: [httpCheck({ path: '/' })], stopsWithin: 5000 });
  const runnable = images.reference(target);
  const description = describeFromEngine(runnable);
  const surroundings = { directory: FOLDER };
  const ready = Promise.withResolvers<number | string>();
  const [ordinary, side] = await Promise.all([
    slots(undefined, () => observeService(effects, image, description, runnable, surroundings, ready.resolve)),
    observeSideRuns({
      subject: { effects, image, description, runnable },
      surroundings,
      slots,
      facts: SIDE_FACTS,
      load: { path: '/slow', requests: 4 },
      ordinary: ready.promise,
    }),
  ]);
  const facts: FactTable = { image: known(description), accounts: known({ group: GROUP }), ...ordinary, ...side };
  const rules = RULES.filter((rule) => JUDGED.includes(rule.id));
  return judgeImage(rules, facts, image, config, effects.clock.now());
}

function statuses(target: Target): Readonly<Record<string, string>> {
  return Object.fromEntries((observed.get(target) ?? []).map(({ rule, status }) => [rule, status]));
}
function messageOf(target: Target, rule: string): string {
  const outcome = observed.get(target)?.find((one) => one.rule === rule);
  return outcome?.findings[0]?.message ?? `${outcome?.status ?? 'absent'}: ${outcome?.reason ?? ''}`;
}
const all = (status: string): Record<string, string> => Object.fromEntries(JUDGED.map((rule) => [rule, status]));

test('the repaired image passes every one of them', () => {
  expect(statuses('good')).toEqual(all('passed'));
});

test('an entrypoint that drops passes but for the capabilities it needs and the uid it cannot choose', () => {
  const failed = { 'run.cap-drop-all': 'failed', 'user.arbitrary-uid': 'failed' };
  expect(statuses('drops')).toEqual({ ...all('passed'), ...failed });
  expect(messageOf('drops', 'run.cap-drop-all')).toContain('not usable with all capabilities dropped');
});

test.each([
  ['user.groups', 'is in the group docker (gid 990)'],
  ['user.drop-entrypoint', 'process "sleep 3600" was still root'],
  ['user.arbitrary-uid', 'not usable as uid 1002700000, gid 0'],
  ['health.cadence', 'without a start period the first probe comes after one interval (4.0 s)'],
  ['health.not-vacuous', 'in a container that only runs sleep the test succeeds too'],
  ['stop.under-load', 'stopped in the middle of 4 requests to /slow, it lost 4'],
  ['pid1.zombies', 'PID 1 left 1 dead child unreaped'],
  ['run.read-only', 'it writes to /app/state'],
  ['run.cap-drop-all', 'not usable with all capabilities dropped'],
  ['run.no-new-privileges', 'the helper is not root'],
  ['run.logs', 'Traceback (most recent call last):'],
])('the bad image fails %s', (rule, message) => {
  expect(messageOf('bad', rule)).toContain(message);
});

test.each(['container', 'network'])('no %s of ours is left', (kind) => {
  const listAll = kind === 'container' ? ['-a'] : [];
  const list = [kind, 'ls', ...listAll, '-q', '--filter', `label=${RUN_LABEL}=${effects.runId}`];
  expect(execFileSync('docker', list).toString()).toBe('');
});
