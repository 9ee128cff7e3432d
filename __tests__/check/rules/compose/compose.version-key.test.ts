import { expect, test } from '@jest/globals';
import { composeVersionKey } from '../../../../src/check/rules/compose/compose.version-key.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const judge = async (text: string): Promise<readonly string[]> => linesOf(await judgeCompose(composeVersionKey, text));

test('what is wrong is found at its line', async () => {
  const text = `version: '3.8'
services:
  a: { image: "a:1" }`;
  expect(await judge(text)).toEqual([expect.stringMatching(/^docker-compose.yml:1:\d+ .version: 3.8. means nothing/)]);
});

test('what is right passes', async () => {
  const text = `name: app
services:
  a: { image: "a:1", labels: { version: "1" } }`;
  expect(await judge(text)).toEqual([]);
});
