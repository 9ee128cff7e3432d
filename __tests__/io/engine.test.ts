import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { describeContainer } from '../../src/io/engine-containers.ts';
import { parseEvent } from '../../src/io/engine-answers.ts';
import { makeEngineHttp } from '../../src/io/engine-http.ts';
import { makeEngine } from '../../src/io/engine.ts';
import type { Engine } from '../../src/model/engine.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let folder: string;
let server: Server | undefined;
let asked: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  asked = [];
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

/** An engine of a few answers on a socket of its own. */
async function serve(answer: Answer, version = '1.51'): Promise<Engine> {
  const socketPath = join(folder, 'engine.sock');
  const started = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (request.url !== '/_ping') {
      answer(request, response);
      return;
    }
    if (version !== '') response.setHeader('Api-Version', version);
    response.end('OK');
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(socketPath, resolve));
  return makeEngine({ socketPath });
}
const reply =
  (status: number, body: unknown): Answer =>
  (_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  };

test('no engine is an environment Fault that names the socket', async () => {
  const engine = makeEngine({ socketPath: '/no/such.sock' });
  await expect(engine.info()).rejects.toMatchObject({
    name: 'Fault',
    kind: 'environment',
    where: 'unix:///no/such.sock',
    message: 'No Docker engine answers: there is no such socket',
  });
});

test.each([
  ['1.51', '/v1.51/images/x/json'],
  ['1.48', '/v1.48/images/x/json'],
  ['1.60', '/v1.51/images/x/json'],
])('an engine that speaks %s is asked as %s', async (version, path) => {
  const engine = await serve(reply(404, { message: 'no' }), version);
  expect(await engine.inspectImage('x')).toBeUndefined();
  expect(asked).toEqual(['GET /_ping', `GET ${path}`]);
});

test('the version is settled once', async () => {
  const engine = await serve(reply(404, { message: 'no' }));
  await Promise.all([engine.inspectImage('a'), engine.inspectImage('b'), engine.inspectImage('c')]);
  expect(asked.filter((question) => question.endsWith('/_ping'))).toHaveLength(1);
});

test('an engine that is too old, and something that is none, are told', async () => {
  await expect((await serve(reply(200, {}), '1.43')).info()).rejects.toMatchObject({
    kind: 'user',
    message: expect.stringContaining('too old') as unknown,
    remedy: 'Upgrade to Docker 28 or newer.',
  });
  server?.close();
  await rm(join(folder, 'engine.sock'), { force: true });
  const other = await serve(reply(200, {}), '');
  await expect(other.info()).rejects.toThrow('not a Docker engine');
});

test.each([
  [404, 'user'],
  [409, 'user'],
  [500, 'environment'],
])("the engine's own words come with status %i as a %s Fault", async (status, kind) => {
  const engine = await serve(reply(status, { message: 'no such container: x' }));
  await expect(engine.inspectContainer('x')).rejects.toMatchObject({
    kind,
    message: 'The engine refused to inspect the container: no such container: x',
  });
});

test('an answer of another shape is a Fault that names the key', async () => {
  const engine = await serve(reply(200, { Id: 7 }));
  await expect(engine.inspectContainer('x')).rejects.toThrow(/unknown shape:[\s\S]*Id/);
});

test('an engine that stops in the middle is an environment Fault', async () => {
  const engine = await serve((_, response) => {
    response.writeHead(200, { 'Content-Length': '100' });
    response.write('{');
    setImmediate(() => response.destroy());
  });
  await expect(engine.inspectImage('x')).rejects.toMatchObject({ kind: 'environment' });
});

test('an engine that never answers is given up at the deadline', async () => {
  await serve(() => undefined);
  const http = makeEngineHttp({ socketPath: join(folder, 'engine.sock') });
  await expect(http.call({ method: 'GET', path: '/info?x=1', deadline: 50 })).rejects.toMatchObject({
    kind: 'environment',
    message: 'The engine did not answer GET /info within 0.05 s',
  });
});

test('only what carries the label is asked for and removed', async () => {
  const engine = await serve((request, response) => {
    const { url = '' } = request;
    if (request.method === 'DELETE') response.writeHead(204).end();
    else if (url.includes('/volumes')) reply(200, { Volumes: [{ Name: 'v/1' }] })(request, response);
    else reply(200, [{ Id: url.includes('/networks') ? 'n1' : 'c1' }])(request, response);
  });
  await engine.removeLabelled('slipway.run=abc');
  const questions = asked.map((question) => decodeURIComponent(question.replace('/v1.51', '')));
  expect(questions.filter((question) => question.startsWith('GET') && !question.includes('_ping'))).toEqual([
    'GET /containers/json?all=1&filters={"label":["slipway.run=abc"]}',
    'GET /networks?filters={"label":["slipway.run=abc"]}',
    'GET /volumes?filters={"label":["slipway.run=abc"]}',
  ]);
  expect(questions.filter((question) => question.startsWith('DELETE')).sort()).toEqual([
    'DELETE /containers/c1?force=1&v=1',
    'DELETE /networks/n1',
    'DELETE /volumes/v/1?force=1',
  ]);
  await expect(engine.removeLabelled('slipway.run')).rejects.toThrow(TypeError);
  await expect(engine.removeLabelled('slipway.run=')).rejects.toThrow(TypeError);
});

test('events arrive as they are written, until the signal', async () => {
  const controller = new AbortController();
  const engine = await serve((_, response) => {
    response.writeHead(200);
    const line =
      '{"Type":"container","Action":"die","Actor":{"ID":"c1","Attributes":{"exitCode":"3"}},"timeNano":1795258872479000001}\n';
    response.write(`not json\n${line.slice(0, 40)}`);
    setImmediate(() => response.write(line.slice(40)));
  });
  const seen = [];
  for await (const event of engine.events('a=b', controller.signal)) {
    seen.push(event);
    controller.abort();
  }
  expect(seen).toEqual([
    { type: 'container', action: 'die', id: 'c1', timeNano: 1795258872479000001n, attributes: { exitCode: '3' } },
  ]);
});

test.each(['', '{}', '[]', '{"Type":1}'])('%p is no event', (line) => {
  expect(parseEvent(line)).toBeUndefined();
});

test('a container is described with one memory limit and the options that were asked for', () => {
  expect(describeContainer({ image: 'x', labels: {} })).toEqual({ Image: 'x', Labels: {}, HostConfig: {} });
  expect(
    describeContainer({
      image: 'x',
      labels: { a: 'b' },
      command: ['run'],
      entrypoint: ['/bin/e'],
      env: { A: '1' },
      user: '5',
      network: 'n',
      aliases: ['api'],
      memory: 64,
      tmpfs: ['/run', '/tmp:size=1m'],
      readOnly: true,
      capDropAll: true,
      noNewPrivileges: true,
      init: true,
      pidsLimit: 100,
    }),
  ).toEqual({
    Image: 'x',
    Cmd: ['run'],
    Entrypoint: ['/bin/e'],
    Env: ['A=1'],
    User: '5',
    Labels: { a: 'b' },
    HostConfig: {
      NetworkMode: 'n',
      Memory: 64,
      MemorySwap: 64,
      Tmpfs: { '/run': '', '/tmp': 'size=1m' },
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Init: true,
      PidsLimit: 100,
    },
    NetworkingConfig: { EndpointsConfig: { n: { Aliases: ['api'] } } },
  });
});
