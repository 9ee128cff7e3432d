import { expect, test } from '@jest/globals';
import { policyHash } from '../../src/config/policy-hash.ts';
import type { StackConfig } from '../../src/model/stack-config.ts';
import { complaintsOf, parse } from './support/parsing.ts';

const IMAGES = 'images: { a: { dockerfile: D } }\n';

function stackOf(keys: string): StackConfig {
  const { stack } = parse(`${IMAGES}stack:\n  files: [c.yml]\n${keys}`);
  if (stack === undefined) throw new Error('no stack');
  return stack;
}

test('a stack waits two minutes and five seconds, takes no port and asks nothing by default', () => {
  const { files, written, places, ...rest } = stackOf('');
  expect(rest).toEqual({
    profiles: [],
    env: {},
    readyWithin: 120_000,
    staysUp: 5_000,
    hostPorts: [],
    http: [],
    run: [],
    denyLogs: [],
  });
  expect(files.map(({ path }) => path)).toEqual(['c.yml']);
  expect([...written]).toEqual(['stack.files']);
  expect(places).toHaveProperty(['stack.files', 'line'], 3);
});

test.each([
  ['  runs-on: gpu\n', ['gpu']],
  ['  runs-on: [self-hosted, gpu]\n', ['self-hosted', 'gpu']],
  ['', undefined],
])('its runner: %j', (keys, runsOn) => {
  expect(stackOf(keys).runsOn).toEqual(runsOn);
});

test('every key arrives with its place', () => {
  const stack = stackOf(`  ready-within: 30s
  stays-up: 2s
  host-ports: [proxy]
  http:
    - { post: "http://api:8080/items", body: '{"n":1}', status: 201 }
    - { get: "http://api:8080/items", json: [{ n: 1 }] }
  run:
    - { service: api, command: [alembic, current], stdout: /head/ }
  deny-logs:
    - /panic/i
    - { match: /error/i, except: /0 errors/, services: [api] }
  survives-restart: true
`);
  expect(stack).toMatchObject({
    readyWithin: 30_000,
    staysUp: 2_000,
    hostPorts: ['proxy'],
    http: [
      { method: 'POST', url: 'http://api:8080/items', status: [201], repeat: 1, place: { line: 8 } },
      { method: 'GET', url: 'http://api:8080/items', json: [{ n: 1 }], place: { line: 9 } },
    ],
    run: [{ service: 'api', command: ['alembic', 'current'], exit: 0, within: 120_000, stdout: /head/ }],
    denyLogs: [
      { match: /panic/i, services: [], place: { line: 13 } },
      { match: /error/i, except: /0 errors/, services: ['api'], place: { line: 14 } },
    ],
    survivesRestart: { write: [{ method: 'POST' }], read: [{ method: 'GET' }], place: { line: 15 } },
  });
});

test('what is written and read back can be requests and commands', () => {
  const stack = stackOf(`  survives-restart:
    write: [{ service: redis, command: [redis-cli, set, a, b] }]
    read: [{ service: redis, command: [redis-cli, get, a], stdout: /b/ }, { get: "http://api/a" }]
`);
  expect(stack.survivesRestart).toMatchObject({
    write: [{ service: 'redis', place: { line: 5 } }],
    read: [
      { service: 'redis', stdout: /b/ },
      { url: 'http://api/a', status: [200] },
    ],
  });
});

test.each([
  ['ready-within: 40', '4:17 stack.ready-within: expected a duration with its unit, such as 40s or 1m30s, seen `40`'],
  ['ready-withn: 40s', '4:3 stack: unknown key `ready-withn`; did you mean `ready-within`?'],
  ['host-ports: true', '4:15 stack.host-ports: expected a list of services, such as [proxy], seen `true`'],
  ['http: [{ get: /items }]', /4:17 stack\.http\[0\]\.get: .*an address in the stack/],
  ['http: [{ get: "https://api/" }]', /an address in the stack, such as http:\/\/api:8080\/health/],
  ['http: [{ status: 200 }]', '4:10 stack.http[0]: expected exactly one of get and post'],
  ['http: [{ get: "http://a/", body: x }]', '4:30 stack.http[0].body: a body goes with post, not with get'],
  ['run: [{ command: [ls] }]', /stack\.run\[0\]\.service/],
  ['run: [{ service: api }]', /stack\.run\[0\]\.command/],
  ['deny-logs: [error]', /a regular expression written \/…\//],
  [
    'survives-restart: true',
    '4:21 stack.survives-restart: true takes the posts of stack.http as writes and its gets as reads, and there is no post and no get; write it there, or a map with write and read here',
  ],
  ['survives-restart: { write: [], read: [] }', /stack\.survives-restart\.write/],
  [
    'survives-restart: { write: [{ get: "http://a/", post: "http://a/" }], read: [{ get: "http://a/" }] }',
    '4:31 stack.survives-restart.write[0]: expected exactly one of get and post',
  ],
])('%s draws a complaint', (key, expected) => {
  const complaints = complaintsOf(`${IMAGES}stack:\n  files: [c.yml]\n  ${key}`);
  expect(complaints.join('\n')).toMatch(expected instanceof RegExp ? expected : `slipway.yml:${expected}`);
});

test('what the stack must do is policy, where it is written is not', () => {
  const hashOf = (keys: string): string => {
    const config = parse(`${IMAGES}stack:\n  files: [c.yml]\n${keys}`);
    const [image] = config.images;
    if (image === undefined) throw new Error('no image');
    return policyHash(image, config);
  };
  const http = '  http: [{ get: "http://api/" }]\n';
  expect(hashOf(`\n\n${http}`)).toBe(hashOf(http));
  expect(hashOf('  http: [{ get: "http://api/other" }]\n')).not.toBe(hashOf(http));
  expect(hashOf('  deny-logs: [/a/]\n')).not.toBe(hashOf('  deny-logs: [/b/]\n'));
});
