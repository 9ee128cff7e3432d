import { expect, test } from '@jest/globals';
import { composeHealthcheck } from '../../../../src/check/rules/compose/compose.healthcheck.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const files = {
  'with/Dockerfile': 'FROM a AS b\nHEALTHCHECK CMD true\nFROM b AS main\n',
  'without/Dockerfile': 'FROM a AS b\nHEALTHCHECK CMD true\nFROM a\n',
  'none/Dockerfile': 'FROM a AS b\nHEALTHCHECK CMD true\nFROM b\nHEALTHCHECK NONE\n',
};
const judge = async (text: string): Promise<readonly string[]> =>
  linesOf(await judgeCompose(composeHealthcheck, text, {}, files));

test('a service without any is found; the Dockerfile of the target counts', async () => {
  const text = [
    'services:',
    '  a: { image: "redis:7" }',
    '  b: { build: ./without }',
    '  c: { build: ./none }',
    '  d: { build: { context: ./with }, healthcheck: { disable: true } }',
    '  e: { image: "a:1", healthcheck: { test: [NONE] } }',
    '  f: { image: "a:1", healthcheck: { interval: 5s } }',
    '  g: { build: ./absent }',
  ].join('\n');
  expect(await judge(text)).toEqual([
    expect.stringMatching(/:2:\d+ a has no healthcheck/),
    expect.stringMatching(/:3:\d+ b has no healthcheck, nor a HEALTHCHECK in its Dockerfile/),
    expect.stringMatching(/:4:\d+ c has no healthcheck, nor/),
    expect.stringMatching(/:5:\d+ d has its health check turned off/),
    expect.stringMatching(/:6:\d+ e has its health check turned off/),
    expect.stringMatching(/:7:\d+ f has no healthcheck/),
    expect.stringMatching(/:8:\d+ g has no healthcheck, and its Dockerfile cannot be read/),
  ]);
});

test('a test of its own, one in the Dockerfile, or a job that others wait for passes', async () => {
  const text = [
    'services:',
    '  a: { image: "redis:7", healthcheck: { test: redis-cli ping } }',
    '  b: { build: ./with }',
    '  c: { build: { context: ./without, target: b }, depends_on: { job: { condition: service_completed_successfully } } }',
    '  job: { image: "job:1" }',
  ].join('\n');
  expect(await judge(text)).toEqual([]);
});

test('a job has nothing to probe; what is started again is none, whatever its name', async () => {
  const text = `services:
  minio-init: { image: "a:1" }
  seed: { image: "b:1", restart: unless-stopped }`;
  expect(await judge(text)).toEqual([expect.stringMatching(/:3:\d+ seed has no healthcheck/)]);
});
