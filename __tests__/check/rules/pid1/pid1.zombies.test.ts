import { expect, test } from '@jest/globals';
import { pid1Zombies } from '../../../../src/check/rules/pid1/pid1.zombies.ts';
import type { ZombieProcess } from '../../../../src/model/facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankService } from '../../../support/runs.ts';

const judge = (...zombies: readonly ZombieProcess[]) => checkRule(pid1Zombies, { service: blankService({ zombies }) });

test('none, and one that was only just about to be reaped, pass', () => {
  expect(judge()).toEqual({ status: 'passed', seen: 'no dead child' });
  expect(judge({ pid: 7, name: 'curl', lasting: 900 }).status).toBe('passed');
});

test('lasting ones fail with their number, age and names', () => {
  const judgement = judge(
    { pid: 7, name: 'curl', lasting: 4000 },
    { pid: 8, name: 'curl', lasting: 6000 },
    { pid: 9, name: 'sh', lasting: 3000 },
  );
  expect(messagesOf(judgement)).toEqual(['PID 1 left 3 dead children unreaped for up to 6.0 s: "curl", "sh"']);
});

test('unseen children are undecided', () => {
  expect(checkRule(pid1Zombies, { service: blankService() }).status).toBe('undecided');
});
