import { expect, test } from '@jest/globals';
import { composePrivileged } from '../../../../src/check/rules/compose/compose.privileged.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const judge = async (text: string): Promise<readonly string[]> => linesOf(await judgeCompose(composePrivileged, text));

test('what is wrong is found at its line', async () => {
  const text = `services:
  a: { image: "a:1", privileged: true }
  b:
    image: b:1
    privileged: true
  c: { image: "c:1", privileged: false }`;
  expect(await judge(text)).toEqual([
    expect.stringMatching(/^docker-compose.yml:2:\d+ a is privileged/),
    expect.stringMatching(/^docker-compose.yml:5:\d+ b is privileged/),
  ]);
});

test('what is right passes', async () => {
  const text = `services:
  a: { image: "a:1", privileged: false, cap_add: [NET_ADMIN] }
  b: { image: "b:1" }`;
  expect(await judge(text)).toEqual([]);
});
