import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { listLabelled, makeRepository, type Repository, runCli } from '../support/dist.ts';
import { removeImageNames } from '../support/running.ts';
import { SERVER, SERVICE, serviceDockerfile } from '../support/small-service.ts';

const MINUTES = 4 * 60_000;

/** Answers only while its store does, at the address that it is given. */
const NEEDY = SERVER.replace(
  '    def do_GET(self):',
  '    def do_GET(self):\n        urllib.request.urlopen(os.environ["STORE"]).read()',
).replace('import http.server,', 'import os, urllib.request, http.server,');
const CONFIG = `${SERVICE['slipway.yml']}    with: docker-compose.yml#store
    env: { STORE: 'http://store:9000/', TOKEN: env.TOKEN }
`;

/** The store is python's own file server; the port on the host is the caller's to choose. */
const compose = (port: string, variable = ''): string => `services:
  store:
    image: python:3.11-slim
    command: [python, -m, http.server, "9000"]
    init: true
    ports: ["127.0.0.1:${port}:9000"]
    environment: { NAME: "${variable}" }
    healthcheck:
      test: [CMD, python, -c, "import urllib.request as r; r.urlopen('http://127.0.0.1:9000/')"]
      interval: 1s
      timeout: 20s
      retries: 30
`;

let project: Repository;
let busy: Server;
let port: string;
beforeEach(async () => {
  busy = createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  port = String((busy.address() as AddressInfo).port);
  project = await makeRepository({
    ...SERVICE,
    Dockerfile: serviceDockerfile(),
    'server.py': NEEDY,
    'slipway.yml': CONFIG,
    'docker-compose.yml': compose(port),
  });
});
afterEach(async () => {
  busy.close();
  await removeImageNames(project);
  await project.remove();
});

test(
  'a service is proven beside the store it needs, although the store’s port on the host is busy',
  async () => {
    const result = await runCli(project, ['check'], { TOKEN: 'a-token-for-the-test' });
    const record = await project.record();
    expect(record.images[0]?.blocked).toEqual([]);
    expect(record.images[0]?.outcomes).toContainEqual(
      expect.objectContaining({ rule: 'http.probe', status: 'passed' }),
    );
    expect(result.exitCode).toBe(0);
    expect(await listLabelled(`slipway.run=${record.run.id}`)).toEqual([]);
  },
  MINUTES,
);

test.each([
  [
    'a variable that the compose file needs',
    { TOKEN: 'x' },
    /compose file docker-compose\.yml uses variables that are not set: NOBODY_SETS_IT/,
  ],
  ['a variable that `env` names', {}, /environment variable TOKEN is not set/],
])(
  '%s is missing: undecided, in one clear sentence',
  async (_name, env, sentence) => {
    if ('TOKEN' in env) await project.write({ 'docker-compose.yml': compose(port, '${NOBODY_SETS_IT}') });
    const result = await runCli(project, ['check'], env);
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toMatch(sentence);
    expect(result.stdout).not.toMatch(/\n\s+at .*:\d+/);
    const { run } = await project.record();
    expect(await listLabelled(`slipway.run=${run.id}`)).toEqual([]);
  },
  MINUTES,
);
