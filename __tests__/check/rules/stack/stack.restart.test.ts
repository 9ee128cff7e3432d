import { expect, test } from '@jest/globals';
import { stackRestart } from '../../../../src/check/rules/stack/stack.restart.ts';
import type { StackFacts } from '../../../../src/model/facts.ts';
import { aStackProbe, judgeStackRule } from '../../../support/stack-facts.ts';

const unmet = aStackProbe({ problems: ['status 500 instead of 200'], attempts: 3, said: 'oops\n' });
const phase = (name: 'after down and up', failed: readonly (typeof unmet)[] = []) => ({ phase: name, failed });

test.each<readonly [string, Partial<StackFacts>, readonly string[]]>([
  ['no restart', {}, ['skipped', 'no `stack.survives-restart` is declared, or the stack was not ready']],
  [
    'reads that cannot tell',
    { restart: { blind: true, phases: [] } },
    [
      'failed',
      'every read of survives-restart held before anything was written: an app that forgets its data would pass it',
    ],
  ],
  [
    'the rest did not hold',
    { restart: { blind: false, phases: [] } },
    ['skipped', 'the stack did not answer as declared: see the other stack rules'],
  ],
  [
    'kept',
    { restart: { blind: false, phases: [phase('after down and up')] } },
    ['passed', 'the data was there after a restart and after down and up'],
  ],
  [
    'forgotten',
    { restart: { blind: false, phases: [phase('after down and up', [unmet])] } },
    ['failed', 'after down and up: GET http://api/: status 500 instead of 200 after 3 attempts; it said "oops"'],
  ],
  [
    'gone',
    { restart: { blind: false, phases: [{ ...phase('after down and up'), down: 'db: it ended' }] } },
    ['failed', 'after down and up the stack did not become ready again: db: it ended'],
  ],
])('%s', (_, change, expected) => {
  expect(judgeStackRule(stackRestart, change)).toEqual(expected);
});
