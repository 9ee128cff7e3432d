import { expect, test } from '@jest/globals';
import { composeLatest } from '../../../../src/check/rules/compose/compose.latest.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const judge = async (text: string): Promise<readonly string[]> => linesOf(await judgeCompose(composeLatest, text));

test('what is wrong is found at its line', async () => {
  const text = `services:
  a: { image: chromadb/chroma:latest }
  b:
    image: localhost:5000/redis
  c: { image: "\${IMAGE:-nginx}" }`;
  expect(await judge(text)).toEqual([
    expect.stringMatching(/^docker-compose.yml:2:\d+ a uses chromadb\/chroma:latest/),
    expect.stringMatching(/^docker-compose.yml:4:\d+ b uses localhost:5000\/redis/),
    expect.stringMatching(/^docker-compose.yml:5:\d+ c uses nginx/),
  ]);
});

test('what is right passes', async () => {
  const text = `services:
  a: { image: "redis:7-alpine" }
  b: { image: "redis@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  c: { image: "mine", build: . }
  d: { image: "redis:latest@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }`;
  expect(await judge(text)).toEqual([]);
});
