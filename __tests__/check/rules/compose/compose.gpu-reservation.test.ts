import { expect, test } from '@jest/globals';
import { composeGpuReservation } from '../../../../src/check/rules/compose/compose.gpu-reservation.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const judge = async (text: string): Promise<readonly string[]> =>
  linesOf(await judgeCompose(composeGpuReservation, text));

test('what is wrong is found at its line', async () => {
  const text = `services:
  a:
    image: a:1
    deploy:
      resources:
        reservations:
          devices:
            - { driver: nvidia, count: 1, capabilities: [gpu] }
  b: { image: "b:1", gpus: all }
  c: { image: "c:1", runtime: nvidia }`;
  expect(await judge(text)).toEqual([
    expect.stringMatching(/^docker-compose.yml:7:\d+ a reserves a GPU/),
    expect.stringMatching(/^docker-compose.yml:9:\d+ b reserves a GPU/),
    expect.stringMatching(/^docker-compose.yml:10:\d+ c reserves a GPU/),
  ]);
});

test('what is right passes', async () => {
  const text = `services:
  a: { image: "a:1", deploy: { resources: { reservations: { memory: 1G } } }, devices: ["/dev/fuse:/dev/fuse"] }`;
  expect(await judge(text)).toEqual([]);
});
