import { expect, test } from '@jest/globals';
import { composeLimits } from '../../../../src/check/rules/compose/compose.limits.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const judge = async (text: string): Promise<readonly string[]> => linesOf(await judgeCompose(composeLimits, text));

test('what is wrong is found at its line', async () => {
  const text = `services:
  a: { image: "a:1", deploy: { resources: { reservations: { memory: 1G } } } }
  b: { image: "b:1", deploy: { resources: { limits: { cpus: "2" } } } }`;
  expect(await judge(text)).toEqual([
    expect.stringMatching(/^docker-compose.yml:2:\d+ a has no memory limit/),
    expect.stringMatching(/^docker-compose.yml:3:\d+ b has no memory limit/),
  ]);
});

test('what is right passes', async () => {
  const text = `services:
  a: { image: "a:1", mem_limit: 512m }
  b: { image: "b:1", deploy: { resources: { limits: { memory: 2G } } }, depends_on: { job: { condition: service_completed_successfully } } }
  job: { image: "job:1" }`;
  expect(await judge(text)).toEqual([]);
});
