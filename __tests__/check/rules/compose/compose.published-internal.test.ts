import { expect, test } from '@jest/globals';
import { composePublishedInternal } from '../../../../src/check/rules/compose/compose.published-internal.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const judge = async (text: string): Promise<readonly string[]> =>
  linesOf(await judgeCompose(composePublishedInternal, text));

test('what is wrong is found at its line', async () => {
  const text = `services:
  a: { image: "pgvector/pgvector:pg15", ports: ["5432:5432"] }
  b:
    image: chromadb/chroma:0.5
    ports:
      - "127.0.0.1:9:9"
      - "8001:8000"
  c: { image: "x:1", ports: [{ target: 6379, published: "6380" }] }
  d: { image: "x:1", ports: ["\${P:-9200}:9200/tcp"] }
  e: { image: "x:1", ports: ["0.0.0.0:27017:27017"] }`;
  expect(await judge(text)).toEqual([
    expect.stringMatching(/^docker-compose.yml:2:\d+ a publishes PostgreSQL/),
    expect.stringMatching(/^docker-compose.yml:7:\d+ b publishes chromadb/),
    expect.stringMatching(/^docker-compose.yml:8:\d+ c publishes Redis .6379. on 0.0.0.0:6380/),
    expect.stringMatching(/^docker-compose.yml:9:\d+ d publishes Elasticsearch/),
    expect.stringMatching(/^docker-compose.yml:10:\d+ e publishes MongoDB/),
  ]);
});

test('what is right passes', async () => {
  const text = `services:
  a: { image: "postgres:15", ports: ["127.0.0.1:5432:5432"] }
  b: { image: "nginx:1", ports: ["80:80", "443:443"] }
  c: { image: "x:1", ports: ["[::1]:6379:6379"], expose: ["5432"] }
  d: { image: "acme/redis-exporter:1", ports: ["9121:9121"] }`;
  expect(await judge(text)).toEqual([]);
});

test('a service that is meant to be reached passes', async () => {
  const text = 'services:\n  db: { image: "postgres:15", ports: ["5432:5432"] }';
  expect(linesOf(await judgeCompose(composePublishedInternal, text, { allow: ['db'] }))).toEqual([]);
});
