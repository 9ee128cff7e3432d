import { expect, test } from '@jest/globals';
import { adoptModel, DROPPED, listServices } from '../../../src/check/probes/compose-model.ts';
import { findUnsetVariables, findUsedVariables } from '../../../src/model/compose-text.ts';
import { Fault } from '../../../src/model/fault.ts';

const place = { project: 'slipway-x', network: 'slipway-net', labels: { 'slipway.run': 'x' } };
const db = {
  image: 'postgres:16',
  build: { context: '.' },
  container_name: 'mine',
  ports: [{ target: 5432 }],
  profiles: ['dev'],
  restart: 'always',
  network_mode: 'host',
  networks: { back: { aliases: ['database'] }, front: null },
  labels: { team: 'a' },
  environment: { PASSWORD: 'a$$b' },
  volumes: [{ type: 'volume', source: 'data', target: '/data' }],
};

test('a service keeps what it does and loses what ties it to the host', () => {
  const model = JSON.stringify({ name: 'p', services: { db }, volumes: { data: { external: true, name: 'theirs' } } });
  expect(JSON.parse(adoptModel(model, 'compose.yml', place))).toEqual({
    name: 'slipway-x',
    services: {
      db: {
        image: 'postgres:16',
        environment: { PASSWORD: 'a$$b' },
        volumes: [{ type: 'volume', source: 'data', target: '/data' }],
        labels: { team: 'a', 'slipway.run': 'x' },
        networks: { default: { aliases: ['database'] } },
        restart: 'no',
      },
    },
    networks: { default: { external: true, name: 'slipway-net' } },
    volumes: { data: { labels: { 'slipway.run': 'x' } } },
  });
});

test.each([
  ['{}', 'unknown shape'],
  ['services:', 'did not print its model as JSON'],
  [JSON.stringify({ services: { app: { build: {} } } }), 'service app is built from source'],
])('%s is a Fault', (text, message) => {
  expect(() => adoptModel(text, 'compose.yml', place)).toThrow(Fault);
  expect(() => adoptModel(text, 'compose.yml', place)).toThrow(message);
});

test('unset variables are read from the warnings, each once', () => {
  const stderr = ['A', 'B', 'A'].map((name) => `level=warning msg="The \\"${name}\\" variable is not set. Defaulting`);
  expect(findUnsetVariables(stderr.join('\n'))).toEqual(['A', 'B']);
  expect(findUnsetVariables('nothing of the kind')).toEqual([]);
});

test('only variables that the wanted services use count', () => {
  const raw = JSON.stringify({
    services: {
      db: {
        image: 'x:${TAG}',
        environment: { P: '$PASS', Q: '$$ESCAPED', R: '${GIVEN:-x}' },
        ports: [{ published: '${PORT}' }],
      },
      other: { image: '${ELSEWHERE}' },
    },
  });
  const names = ['TAG', 'PASS', 'ESCAPED', 'PORT', 'ELSEWHERE', 'PASSWORD'];
  expect(findUsedVariables(raw, ['db'], names, DROPPED)).toEqual(['TAG', 'PASS']);
  expect(listServices(raw, 'compose.yml')).toEqual(['db', 'other']);
});
