import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { makeHttp } from '../../src/io/http.ts';
import type { HttpRequest } from '../../src/model/http.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function ask(listener: RequestListener, change: Partial<HttpRequest> = {}) {
  const started = createServer(listener);
  servers.push(started);
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}/health`;
  return makeHttp().request({ url, method: 'GET', headers: {}, deadline: 5000, ...change });
}

test('status, headers and body come as they are, and redirects are not followed', async () => {
  const answer = await ask((request, response) => {
    response.writeHead(302, { Location: '/elsewhere', 'Set-Cookie': ['a=1', 'b=2'] }).end(request.method);
  });
  expect(answer).toMatchObject({
    status: 302,
    truncated: false,
    headers: { location: '/elsewhere', 'set-cookie': 'a=1, b=2' },
  });
  expect(Buffer.from(answer.body).toString()).toBe('GET');
});

test('method, headers and body are sent', async () => {
  const listener: RequestListener = (request, response) => {
    request.pipe(response.writeHead(201, { 'X-Echo': request.headers['x-word'] ?? '' }));
  };
  const answer = await ask(listener, { method: 'POST', body: '{"a":1}', headers: { 'X-Word': 'yes' } });
  expect(answer).toMatchObject({ status: 201, headers: { 'x-echo': 'yes' } });
  expect(Buffer.from(answer.body).toString()).toBe('{"a":1}');
});

test.each([
  [1024 * 1024, false],
  [1024 * 1024 + 1, true],
])('a body of %i bytes is cut: %p', async (size, truncated) => {
  const answer = await ask((_, response) => {
    response.end(Buffer.alloc(size));
  });
  expect(answer.truncated).toBe(truncated);
  expect(answer.body).toHaveLength(1024 * 1024);
});

test('a body without end is cut too', async () => {
  const answer = await ask((_, response) => {
    const timer = setInterval(() => response.write(Buffer.alloc(262_144)), 1);
    response.once('close', () => {
      clearInterval(timer);
    });
  });
  expect(answer.truncated).toBe(true);
});

test('the deadline holds for the whole answer, and a signal ends it', async () => {
  const silent: RequestListener = (_, response) => {
    response.write('half');
  };
  await expect(ask(silent, { deadline: 60 })).rejects.toThrow('no complete answer within 60 ms');
  await expect(ask(silent, { signal: AbortSignal.timeout(60) })).rejects.toThrow();
});
