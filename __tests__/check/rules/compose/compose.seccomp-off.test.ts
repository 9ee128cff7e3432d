import { expect, test } from '@jest/globals';
import { composeSeccompOff } from '../../../../src/check/rules/compose/compose.seccomp-off.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const judge = async (text: string): Promise<readonly string[]> => linesOf(await judgeCompose(composeSeccompOff, text));

test('what is wrong is found at its line', async () => {
  const text = `services:
  a: { image: "a:1", security_opt: ["seccomp:unconfined"] }
  b:
    image: b:1
    security_opt:
      - no-new-privileges:true
      - apparmor=unconfined
      - label:disable`;
  expect(await judge(text)).toEqual([
    expect.stringMatching(/^docker-compose.yml:2:\d+ a runs without/),
    expect.stringMatching(/^docker-compose.yml:7:\d+ b runs without/),
    expect.stringMatching(/^docker-compose.yml:8:\d+ b runs without/),
  ]);
});

test('what is right passes', async () => {
  const text = `services:
  a: { image: "a:1", security_opt: ["no-new-privileges:true", "apparmor:mine"] }`;
  expect(await judge(text)).toEqual([]);
});
