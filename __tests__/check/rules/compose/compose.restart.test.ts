import { expect, test } from '@jest/globals';
import { composeRestart } from '../../../../src/check/rules/compose/compose.restart.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const judge = async (text: string): Promise<readonly string[]> => linesOf(await judgeCompose(composeRestart, text));

test('what is wrong is found at its line', async () => {
  const text = `services:
  a: { image: "a:1" }
  b: { image: "b:1", restart: always }
  c: { build: . }`;
  expect(await judge(text)).toEqual([
    expect.stringMatching(/^docker-compose.yml:2:\d+ a has no restart policy/),
    expect.stringMatching(/^docker-compose.yml:4:\d+ c has no restart policy/),
  ]);
});

test('what is right passes', async () => {
  const text = `services:
  a: { image: "a:1", restart: "no" }
  b: { image: "b:1", restart: unless-stopped, depends_on: { job: { condition: service_completed_successfully } } }
  c: { image: "c:1", deploy: { restart_policy: { condition: on-failure } } }
  job: { image: "job:1" }`;
  expect(await judge(text)).toEqual([]);
});

test('a job is named like one', async () => {
  const text = `services:
  minio-init: { image: "a:1" }
  db-migrate: { image: "b:1" }
  initial: { image: "c:1" }`;
  expect(await judge(text)).toEqual([expect.stringMatching(/:4:\d+ initial has no restart policy/)]);
});
