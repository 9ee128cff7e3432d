import { expect, test } from '@jest/globals';
import { composeCapAll } from '../../../../src/check/rules/compose/compose.cap-all.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const judge = async (text: string): Promise<readonly string[]> => linesOf(await judgeCompose(composeCapAll, text));

test('what is wrong is found at its line', async () => {
  const text = `services:
  a: { image: "a:1", cap_add: [ALL] }
  b:
    image: b:1
    cap_add:
      - NET_ADMIN
      - CAP_ALL`;
  expect(await judge(text)).toEqual([
    expect.stringMatching(/^docker-compose.yml:2:\d+ a is given all/),
    expect.stringMatching(/^docker-compose.yml:7:\d+ b is given all/),
  ]);
});

test('what is right passes', async () => {
  const text = `services:
  a: { image: "a:1", cap_add: [NET_BIND_SERVICE], cap_drop: [ALL] }`;
  expect(await judge(text)).toEqual([]);
});
