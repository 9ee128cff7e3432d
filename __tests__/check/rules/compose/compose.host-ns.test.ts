import { expect, test } from '@jest/globals';
import { composeHostNs } from '../../../../src/check/rules/compose/compose.host-ns.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const judge = async (text: string): Promise<readonly string[]> => linesOf(await judgeCompose(composeHostNs, text));

test('what is wrong is found at its line', async () => {
  const text = `services:
  a: { image: "a:1", network_mode: host }
  b:
    image: b:1
    pid: host
    ipc: host
  c: { image: "c:1", userns_mode: host }`;
  expect(await judge(text)).toEqual([
    expect.stringMatching(/^docker-compose.yml:2:\d+ a has .network_mode: host/),
    expect.stringMatching(/^docker-compose.yml:5:\d+ b has .pid: host/),
    expect.stringMatching(/^docker-compose.yml:6:\d+ b has .ipc: host/),
    expect.stringMatching(/^docker-compose.yml:7:\d+ c has .userns_mode/),
  ]);
});

test('what is right passes', async () => {
  const text = `services:
  a: { image: "a:1", network_mode: "service:b" }
  b: { image: "b:1", ipc: shareable, pid: "service:c" }
  c: { image: "c:1", network_mode: none }`;
  expect(await judge(text)).toEqual([]);
});
