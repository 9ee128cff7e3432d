import { expect, test } from '@jest/globals';
import { composeDependsHealth } from '../../../../src/check/rules/compose/compose.depends-health.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const files = {
  'with/Dockerfile': 'FROM a AS b\nHEALTHCHECK CMD true\nFROM b AS main\n',
  'without/Dockerfile': 'FROM a AS b\nHEALTHCHECK CMD true\nFROM a\n',
  'none/Dockerfile': 'FROM a AS b\nHEALTHCHECK CMD true\nFROM b\nHEALTHCHECK NONE\n',
};
const judge = async (text: string): Promise<readonly string[]> =>
  linesOf(await judgeCompose(composeDependsHealth, text, {}, files));

const others = [
  '  db: { image: "postgres:15", healthcheck: { test: pg_isready } }',
  '  api: { build: ./with }',
  '  cache: { image: "redis:7" }',
];

test('the short form on a service that has health is found', async () => {
  const text = [
    'services:',
    ...others,
    '  a:',
    '    image: a:1',
    '    depends_on:',
    '      - cache',
    '      - db',
    '  b: { image: "b:1", depends_on: { api: { condition: service_started } } }',
  ];
  expect(await judge(text.join('\n'))).toEqual([
    expect.stringMatching(/:9:\d+ a starts as soon as db is started/),
    expect.stringMatching(/:10:\d+ b starts as soon as api/),
  ]);
});

test('waiting for health, and a service that has none to wait for, pass', async () => {
  const text = [
    'services:',
    ...others,
    '  a: { image: "a:1", depends_on: { db: { condition: service_healthy } } }',
    '  b: { image: "b:1", depends_on: [cache] }',
  ];
  expect(await judge(text.join('\n'))).toEqual([]);
});
