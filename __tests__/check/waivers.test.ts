import { expect, test } from '@jest/globals';
import { RULES } from '../../src/check/rules/index.ts';
import { applyWaivers, reportUnusedWaivers, requireValidWaivers } from '../../src/check/waivers.ts';
import type { Waiver } from '../../src/model/config.ts';
import { Fault } from '../../src/model/fault.ts';
import type { RuleOutcome } from '../../src/model/verdict.ts';
import { isBlocking } from '../../src/model/verdict.ts';
import { blankConfig, blankImage } from '../support/blank.ts';

const now = new Date('2030-06-01T12:00:00Z');
const place = { file: 'slipway.yml', line: 50, column: 5 };

function waiverOf(change: Partial<Waiver> = {}): Waiver {
  return {
    rule: 'user.config',
    image: 'api',
    reason: 'base runs as root, #41',
    expires: '2030-08-01',
    place,
    ...change,
  };
}

function waiverEverywhere(): Waiver {
  return { rule: 'user.config', reason: 'every base runs as root', expires: '2030-08-01', place };
}

const outcome: RuleOutcome = {
  rule: 'user.config',
  status: 'failed',
  severity: 'error',
  findings: [
    { message: 'starts as root: no USER is set', place: { file: 'docker/Dockerfile', line: 7 }, remedy: 'USER 10001' },
    { message: 'second', remedy: 'r' },
  ],
};

test('a waived outcome keeps its findings, says who, why and until when, and does not block', () => {
  const waived = applyWaivers(outcome, 'api', [waiverOf({ owner: '@team-ml' })], now);
  const words = 'base runs as root, #41 (until 2030-08-01, @team-ml)';
  expect(waived).toEqual({
    ...outcome,
    status: 'waived',
    reason: words,
    findings: outcome.findings.map((finding) => ({ ...finding, waived: words })),
  });
  expect(isBlocking(waived)).toBe(false);
});

test.each([
  ['another rule', waiverOf({ rule: 'user.runtime' })],
  ['another image', waiverOf({ image: 'worker' })],
  ['other text', waiverOf({ match: 'nothing like it' })],
])('a waiver of %s changes nothing', (_, waiver) => {
  const result = applyWaivers(outcome, 'api', [waiver], now);
  expect(result).toEqual(outcome);
});

test('without an image it covers every image', () => {
  const everywhere = waiverEverywhere();
  expect(applyWaivers(outcome, 'worker', [everywhere], now).status).toBe('waived');
});

test.each([
  ['message', 'starts as root'],
  ['place', 'docker/Dockerfile:7'],
])('a match on the %s covers only that finding, and the rest still blocks', (_, match) => {
  const result = applyWaivers(outcome, 'api', [waiverOf({ match })], now);
  expect(result.status).toBe('failed');
  expect(result.findings.map((finding) => finding.waived !== undefined)).toEqual([true, false]);
  expect(isBlocking(result)).toBe(true);
  const both = applyWaivers(outcome, 'api', [waiverOf({ match }), waiverOf({ match: 'second', reason: 'other' })], now);
  expect(both.status).toBe('waived');
  expect(both.reason).toBe('base runs as root, #41 (until 2030-08-01); other (until 2030-08-01)');
});

test.each([
  ['2030-06-01', 'waived'],
  ['2030-05-31', 'failed'],
  ['2030-11-28', 'waived'],
  ['2030-11-29', 'failed'],
])('expiring %s on 2030-06-01: %s', (expires, status) => {
  expect(applyWaivers(outcome, 'api', [waiverOf({ expires })], now).status).toBe(status);
});

test('the last day counts to its end, UTC', () => {
  const waiver = waiverOf({ expires: '2030-06-01' });
  expect(applyWaivers(outcome, 'api', [waiver], new Date('2030-06-01T23:59:59.999Z')).status).toBe('waived');
  expect(applyWaivers(outcome, 'api', [waiver], new Date('2030-06-02T00:00:00Z')).status).toBe('failed');
});

test.each([
  [{ expires: '2030-05-31' }, 'the waiver at slipway.yml:50:5 expired on 2030-05-31'],
  [{ expires: '2031-06-01' }, 'does not count: the waiver of user.config runs for 365 days'],
  [{ reason: ' ' }, 'does not count: the waiver of user.config has no reason'],
  [{ expires: '2030-02-30' }, 'which is not a date'],
  [{ expires: 'soon' }, 'which is not a date'],
])('a waiver with %p lets nothing through and says why', (change, reason) => {
  const result = applyWaivers(outcome, 'api', [waiverOf(change)], now);
  expect(result).toMatchObject({ status: 'failed', reason: expect.stringContaining(reason) });
  expect(result.findings).toEqual(outcome.findings);
});

test.each(['passed', 'skipped', 'undecided', 'waived'] as const)('an outcome that is %s is left alone', (status) => {
  const other = { ...outcome, status };
  expect(applyWaivers(other, 'api', [waiverOf()], now)).toBe(other);
});

test('every bad waiver is complained about at once, before anything is built', () => {
  const attempt = () => {
    requireValidWaivers([waiverOf(), waiverOf({ reason: '' }), waiverOf({ expires: '2031-06-01' })], now);
  };
  expect(attempt).toThrow(Fault);
  expect(attempt).toThrow(
    expect.objectContaining({
      kind: 'user',
      where: 'slipway.yml:50:5',
      complaints: [
        { message: 'the waiver of user.config has no reason', place },
        { message: expect.stringContaining('365 days'), place },
      ],
    }),
  );
});

test('valid and expired waivers are no fault', () => {
  expect(() => {
    requireValidWaivers([waiverOf(), waiverOf({ expires: '2020-01-01' })], now);
  }).not.toThrow();
});

const passed: RuleOutcome = { rule: 'user.config', status: 'passed', severity: 'error', findings: [] };
function unused(outcomes: readonly RuleOutcome[], waiver: Waiver, images = [blankImage()]) {
  return reportUnusedWaivers(RULES, outcomes, 'api', blankConfig({ waivers: [waiver], images }));
}

test('a waiver that covers nothing is a warning at its own line', () => {
  const [warning, ...others] = unused([passed], waiverOf());
  expect(others).toEqual([]);
  expect(warning).toMatchObject({
    rule: 'waiver.unused',
    status: 'failed',
    severity: 'warning',
    findings: [{ place }],
  });
  expect(warning !== undefined && isBlocking(warning)).toBe(false);
});

test.each<[string, RuleOutcome[], Partial<Waiver>, number]>([
  ['used', [outcome], {}, 0],
  ['used though expired', [outcome], { expires: '2020-01-01' }, 0],
  ['the text is gone', [outcome], { match: 'gone' }, 1],
  ['the rule could not judge', [{ ...passed, status: 'undecided' }], {}, 0],
  ['the rule was skipped', [{ ...passed, status: 'skipped' }], {}, 0],
  ['the rule does not apply', [], {}, 1],
  ['the rule was not among those asked', [passed], { rule: 'not.asked' }, 0],
  ['another image', [passed], { image: 'worker' }, 0],
])('%s', (_, outcomes, change, count) => {
  expect(unused(outcomes, waiverOf(change))).toHaveLength(count);
});

test('a waiver for every image is judged where there is one image only', () => {
  const everywhere = waiverEverywhere();
  expect(unused([passed], everywhere)).toHaveLength(1);
  expect(unused([passed], everywhere, [blankImage(), blankImage({ name: 'worker' })])).toHaveLength(0);
});
