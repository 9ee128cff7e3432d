import { expect, test } from '@jest/globals';
import { composeBindMissing } from '../../../../src/check/rules/compose/compose.bind-missing.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const judge = async (text: string): Promise<readonly string[]> => linesOf(await judgeCompose(composeBindMissing, text));

test('what is wrong is found at its line', async () => {
  const text = `services:
  a:
    image: a:1
    volumes:
      - ./absent.conf:/etc/a.conf:ro
      - ../med_docs:/docs:ro
      - type: bind
        source: ./gone
        target: /gone`;
  expect(await judge(text)).toEqual([
    expect.stringMatching(/^docker-compose.yml:5:\d+ a mounts .\/absent.conf, which does not exist/),
    expect.stringMatching(/^docker-compose.yml:6:\d+ a mounts ..\/med_docs, which lies outside the repository/),
    expect.stringMatching(/^docker-compose.yml:7:\d+ a mounts .\/gone/),
  ]);
});

test('what is right passes', async () => {
  const text = `services:
  a:
    image: a:1
    volumes:
      - ./docker-compose.yml:/etc/a.conf:ro
      - data:/data
      - /etc/localtime:/etc/localtime:ro
      - /anonymous
      - .:/app
volumes: { data: {} }`;
  expect(await judge(text)).toEqual([]);
});
