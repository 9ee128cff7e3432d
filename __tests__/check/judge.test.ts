import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { judgeImage } from '../../src/check/judge.ts';
import { defineRule } from '../../src/check/rule.ts';
import type { AnyRule } from '../../src/check/rule.ts';
import type { Config } from '../../src/model/config.ts';
import type { DockerfileFacts, FactTable } from '../../src/model/facts.ts';
import { known, skipped, undecided } from '../../src/model/facts.ts';
import type { Judgement } from '../../src/model/verdict.ts';
import { isBlocking } from '../../src/model/verdict.ts';
import { blankConfig, blankDescription, blankImage, sizesOf, writtenImage } from '../support/blank.ts';

const now = new Date('2030-06-01T12:00:00Z');
const place = { file: 'slipway.yml', line: 30, column: 3 };
const failure: Judgement = { status: 'failed', findings: [{ message: 'too big', remedy: 'Make it smaller.' }] };

function ruleOf(judgement: Judgement | (() => Judgement), change: Partial<AnyRule> = {}): AnyRule {
  const rule = defineRule({
    id: 'demo.rule',
    title: 'A demonstration',
    severity: 'error',
    keys: ['size'],
    kinds: ['service'],
    needs: ['sizes', 'image'],
    settings: z.strictObject({ limit: z.number().default(7) }),
    check: () => (typeof judgement === 'function' ? judgement() : judgement),
  });
  return { ...rule, ...change };
}

const facts: FactTable = { sizes: known(sizesOf([])), image: known(blankDescription()) };
const image = writtenImage(['size']);

function judge(rule: AnyRule, table: FactTable = facts, config: Config = blankConfig()) {
  return judgeImage([rule], table, image, config, now);
}

test('a pass keeps the value seen, a failure its findings', () => {
  expect(judge(ruleOf({ status: 'passed', seen: '3 MB' }))).toEqual([
    { rule: 'demo.rule', status: 'passed', severity: 'error', seen: '3 MB', findings: [] },
  ]);
  expect(judge(ruleOf(failure))).toEqual([
    { rule: 'demo.rule', status: 'failed', severity: 'error', findings: failure.findings },
  ]);
});

test.each<[string, FactTable, object, boolean]>([
  [
    'undecided',
    { ...facts, sizes: undecided('layer 2 is truncated') },
    { status: 'undecided', reason: 'layer 2 is truncated' },
    true,
  ],
  [
    'undecided by the environment',
    { ...facts, sizes: undecided('no answer', true) },
    { status: 'undecided', environment: true },
    true,
  ],
  [
    'both undecided',
    { sizes: undecided('a', true), image: undecided('b') },
    { status: 'undecided', reason: 'a; b' },
    true,
  ],
  [
    'the same reason twice',
    { sizes: undecided('a', true), image: undecided('a', true) },
    { reason: 'a', environment: true },
    true,
  ],
  ['skipped', { ...facts, image: skipped('no engine here') }, { status: 'skipped', reason: 'no engine here' }, false],
  [
    'undecided beside skipped',
    { sizes: skipped('no'), image: undecided('damaged') },
    { status: 'undecided', reason: 'damaged' },
    true,
  ],
  [
    'never gathered',
    { sizes: known(sizesOf([])) },
    { status: 'undecided', reason: 'the fact "image" was not gathered' },
    true,
  ],
])('a fact that is %s decides the outcome without the rule', (_, table, expected, blocks) => {
  const [outcome] = judge(
    ruleOf(() => {
      throw new Error('must not be asked');
    }),
    table,
  );
  expect(outcome).toMatchObject(expected);
  expect(outcome !== undefined && isBlocking(outcome)).toBe(blocks);
});

test('one undecided fact that is not the environment is not a safe retry', () => {
  const [outcome] = judge(ruleOf(failure), { sizes: undecided('a', true), image: undecided('b') });
  expect(outcome).not.toHaveProperty('environment');
});

test('a rule that throws ends the run with the rule and the image named', () => {
  const bug = new Error('boom');
  const attempt = () =>
    judge(
      ruleOf(() => {
        throw bug;
      }),
    );
  expect(attempt).toThrow(
    expect.objectContaining({ message: 'rule demo.rule threw while judging image api', cause: bug }),
  );
});

test('a rule that is off is never asked: silent by default, said aloud when somebody turned it off', () => {
  const bomb = ruleOf(
    () => {
      throw new Error('must not be asked');
    },
    { keys: [], severity: 'off' },
  );
  expect(judge(bomb)).toEqual([]);
  const off = blankConfig({ rules: { 'demo.rule': { level: 'off', settings: {}, place } } });
  expect(judge(bomb, {}, off)).toEqual([
    {
      rule: 'demo.rule',
      status: 'skipped',
      severity: 'warning',
      reason: 'turned off under rules: (slipway.yml:30:3)',
      findings: [],
    },
  ]);
  expect(judge(ruleOf(failure, { always: true }), facts, off)).toMatchObject([{ status: 'failed', severity: 'error' }]);
});

test('a rule for the other kind is not judged', () => {
  expect(judgeImage([ruleOf(failure)], facts, blankImage({ kind: 'job' }), blankConfig(), now)).toEqual([]);
});

test('settings come from the entry, else from the defaults; facts only as declared', () => {
  const seen: unknown[] = [];
  const spy = ruleOf(failure, {
    needs: ['sizes'],
    check: (given, { settings }) => {
      seen.push([Object.keys(given), settings]);
      return { status: 'passed' };
    },
  });
  judge(spy);
  judge(spy, facts, blankConfig({ rules: { 'demo.rule': { settings: { limit: 9 }, place } } }));
  expect(seen).toEqual([
    [['sizes'], { limit: 7 }],
    [['sizes'], { limit: 9 }],
  ]);
});

test('skipped and undecided judgements of the rule itself keep their reasons', () => {
  expect(judge(ruleOf({ status: 'skipped', reason: 'no budget' }))).toMatchObject([
    { status: 'skipped', reason: 'no budget' },
  ]);
  expect(judge(ruleOf({ status: 'undecided', reason: 'no samples' }))).toMatchObject([
    { status: 'undecided', reason: 'no samples' },
  ]);
});

const instruction = (keyword: string, stage: number, line: number) => ({
  keyword,
  text: '',
  stage,
  line,
  endLine: line,
  lines: [],
  heredocs: [],
});
const dockerfile: DockerfileFacts = {
  file: 'docker/Dockerfile',
  stages: [
    { name: 'Base', base: 'debian', line: 1, reachable: true },
    { name: 'builder', base: 'base', line: 4, reachable: true },
    { base: 'base', line: 8, reachable: true },
  ],
  instructions: [instruction('USER', 0, 2), instruction('USER', 0, 3), instruction('CMD', 1, 5)],
  missingSources: [],
};

test.each([
  ['the last one of the stage it starts from', 'USER' as const, undefined, 3],
  ['the FROM line where there is none', 'CMD' as const, undefined, 8],
  ['the stage that is built', 'CMD' as const, 'BUILDER', 5],
  ['FROM of another target', 'HEALTHCHECK' as const, 'builder', 4],
])('a finding without a place points to %s', (_, keyword, target, line) => {
  const rule = ruleOf(failure, { instruction: keyword });
  const config = target === undefined ? image : { ...image, target };
  const [outcome] = judgeImage([rule], { ...facts, dockerfile: known(dockerfile) }, config, blankConfig(), now);
  expect(outcome?.findings[0]?.place).toEqual({ file: 'docker/Dockerfile', line });
});

test('a place of its own, an unknown target or no Dockerfile leave the finding as it is', () => {
  const own = ruleOf({ status: 'failed', findings: [{ message: 'm', remedy: 'r', place }] }, { instruction: 'USER' });
  const table = { ...facts, dockerfile: known(dockerfile) };
  expect(judge(own, table)[0]?.findings[0]?.place).toEqual(place);
  const lost = judgeImage(
    [ruleOf(failure, { instruction: 'USER' })],
    table,
    { ...image, target: 'gone' },
    blankConfig(),
    now,
  );
  expect(lost[0]?.findings[0]).not.toHaveProperty('place');
  expect(judge(ruleOf(failure, { instruction: 'USER' }))[0]?.findings[0]).not.toHaveProperty('place');
});

test('outcomes keep the order of the list and end with the unused waivers', () => {
  const waiver = { rule: 'b.rule', image: 'api', reason: 'r', expires: '2030-07-01', place };
  const rules = [ruleOf(failure, { id: 'a.rule' }), ruleOf({ status: 'passed' }, { id: 'b.rule' })];
  const outcomes = judgeImage(rules, facts, image, blankConfig({ waivers: [waiver] }), now);
  expect(outcomes.map((outcome) => outcome.rule)).toEqual(['a.rule', 'b.rule', 'waiver.unused']);
});
