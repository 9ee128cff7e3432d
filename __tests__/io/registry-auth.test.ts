import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openRegistrySink, openRegistrySource } from '../../src/io/registry.ts';
import type { Credential } from '../../src/io/credentials.ts';
import { digestOf } from '../../src/model/digest.ts';
import { Fault } from '../../src/model/fault.ts';
import { makeTestContext } from '../support/registry-context.ts';
import { startRegistryDouble } from '../support/registry.ts';
import type { RegistryDouble } from '../support/registry.ts';

const basic: Credential = { type: 'basic', username: 'robot', password: 'pa:ss' };
const basicHeader = `Basic ${Buffer.from('robot:pa:ss').toString('base64')}`;

let registry: RegistryDouble;
beforeEach(async () => {
  registry = await startRegistryDouble();
});
afterEach(() => registry.close());

function requireBasic(): void {
  registry.authorize = (authorization) => (authorization === basicHeader ? undefined : 'Basic realm="basic-realm"');
}

/** Tokens `t1`, `t2`, …; the registry takes only the latest. */
function requireTokens(life?: number) {
  const asked: { url: URL; authorization: string | undefined; body: string }[] = [];
  let latest = 'none';
  registry.token = (url, authorization, body) => {
    asked.push({ url, authorization, body });
    latest = `t${String(asked.length)}`;
    return {
      status: 200,
      body: JSON.stringify({ token: latest, ...(life === undefined ? {} : { expires_in: life }) }),
    };
  };
  const challenge = `Bearer realm="http://${registry.host}/token",service="double",scope="repository:other:pull"`;
  registry.authorize = (authorization) => (authorization === `Bearer ${latest}` ? undefined : challenge);
  return { asked, revoke: () => (latest = 'revoked') };
}

function sinkOf(credential?: Credential) {
  const context = makeTestContext({}, credential);
  return { context, sink: openRegistrySink(`${registry.host}/team/api`, context) };
}

test('basic: asked once, then sent with every request', async () => {
  requireBasic();
  const { sink } = sinkOf(basic);
  expect(await sink.head('v1')).toBeUndefined();
  expect(await sink.head('v2')).toBeUndefined();
  expect(registry.authorizations).toEqual([undefined, basicHeader, basicHeader]);
});

test('no credentials: a Fault that names the host, without a retry', async () => {
  requireBasic();
  const { sink, context } = sinkOf();
  await expect(sink.head('v1')).rejects.toThrow(
    expect.objectContaining({
      kind: 'user',
      remedy: expect.stringContaining(`docker login ${registry.host}`) as unknown as string,
    }),
  );
  expect(context.clock.sleeps).toEqual([]);
});

test('wrong credentials: one try, and neither password nor header in the error', async () => {
  registry.authorize = () => 'Basic realm="r"';
  const failure = await sinkOf(basic)
    .sink.head('v1')
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Fault);
  expect(registry.requests).toHaveLength(2);
  const seen = JSON.stringify(failure, Object.getOwnPropertyNames(failure)) + String((failure as Fault).stack);
  expect(seen).not.toContain('pa:ss');
  expect(seen).not.toContain(basicHeader.slice(6));
});

test('token: our own scope is asked for with our credentials, and the token is kept', async () => {
  const { asked } = requireTokens(300);
  const { sink } = sinkOf(basic);
  await sink.head('v1');
  await sink.head('v2');
  expect(asked).toHaveLength(1);
  expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
    service: 'double',
    scope: 'repository:team/api:pull,push',
  });
  expect(asked[0]?.authorization).toBe(basicHeader);
});

test('a source asks for pull only, without credentials anonymously', async () => {
  const { asked } = requireTokens();
  await openRegistrySource(`${registry.host}/team/api`, makeTestContext()).manifest('v1');
  expect(asked[0]?.url.searchParams.get('scope')).toBe('repository:team/api:pull');
  expect(asked[0]?.authorization).toBeUndefined();
});

test('several requests that meet the 401 together ask for one token', async () => {
  const { asked } = requireTokens(300);
  const { sink } = sinkOf(basic);
  await Promise.all(['a', 'b', 'c', 'd'].map((tag) => sink.head(tag)));
  expect(asked).toHaveLength(1);
});

test.each([
  [300, 239_000, 1],
  [300, 241_000, 2],
  [undefined, 44_000, 1],
  [undefined, 46_000, 2],
])('a token of %p s is asked for anew before it ends (after %d ms: %d)', async (life, elapsed, count) => {
  const { asked } = requireTokens(life);
  const { sink, context } = sinkOf(basic);
  await sink.head('v1');
  await context.clock.sleep(elapsed);
  await sink.head('v2');
  expect(asked).toHaveLength(count);
  expect(registry.requests.filter((line) => line.startsWith('HEAD'))).toHaveLength(3);
});

test('a token that dies in the middle of an upload is replaced and the upload finishes', async () => {
  const { asked, revoke } = requireTokens(300);
  const { sink } = sinkOf(basic);
  const bytes = Buffer.from('a layer');
  const blob = { digest: digestOf(bytes), mediaType: '', size: bytes.length };
  let opened = 0;
  await sink.putBlob(blob, () => {
    opened += 1;
    if (opened === 1) revoke();
    return Promise.resolve(chunksOf(bytes));
  });
  expect(registry.blobs.get(blob.digest)).toEqual(bytes);
  expect([asked.length, opened]).toEqual([2, 2]);
});

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(bytes);
}

test('an identity token is exchanged by POST and never sent to the registry', async () => {
  const { asked } = requireTokens();
  await sinkOf({ type: 'identity', token: 'refresh-me' }).sink.head('v1');
  expect(Object.fromEntries(new URLSearchParams(asked[0]?.body))).toMatchObject({
    grant_type: 'refresh_token',
    refresh_token: 'refresh-me',
    scope: 'repository:team/api:pull,push',
  });
  expect(registry.authorizations.join()).not.toContain('refresh-me');
});

test('a registry token is sent as it is', async () => {
  registry.authorize = (authorization) => (authorization === 'Bearer ready' ? undefined : 'Bearer realm="https://x/"');
  expect(await sinkOf({ type: 'bearer', token: 'ready' }).sink.head('v1')).toBeUndefined();
});

test.each([
  [401, '{"errors":[{"code":"UNAUTHORIZED","message":"bad password"}]}', 'user', /401 UNAUTHORIZED bad password/],
  [403, '', 'user', /403/],
  [200, 'secret-looking text', 'environment', /holds no token/],
  [200, '{}', 'environment', /holds no token/],
  [503, '<html>', 'environment', /503 \(5 attempts\)/],
])('a token server that answers %d %p is a Fault', async (status, body, kind, message) => {
  requireTokens();
  registry.token = () => ({ status, body });
  const failure = await sinkOf(basic)
    .sink.head('v1')
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ kind, message: expect.stringMatching(message) });
  expect(String(failure)).not.toContain('secret-looking');
});

test.each(['http://tokens.example.com/', 'ftp://x/', 'nonsense', ''])(
  'the realm %p gets no credentials',
  async (realm) => {
    registry.authorize = () => `Bearer realm="${realm}"`;
    await expect(sinkOf(basic).sink.head('v1')).rejects.toThrow(/cannot be trusted with a password/);
  },
);

test('a scheme nobody knows is a Fault', async () => {
  registry.authorize = () => 'Negotiate abc';
  await expect(sinkOf(basic).sink.head('v1')).rejects.toThrow(/a way that is not understood/);
});

test('a redirect elsewhere is followed without our credentials, and never down to plain http', async () => {
  requireBasic();
  const other = await startRegistryDouble();
  const bytes = Buffer.from('blob');
  const blob = { digest: digestOf(bytes), mediaType: '', size: bytes.length };
  other.blobs.set(blob.digest, bytes);
  const to = (location: string) => ({ on: /^GET .*blobs/, times: 2, status: 307, headers: { location } });
  registry.faults.push(to(`http://${other.host}/v2/team/api/blobs/${blob.digest}`));
  const source = openRegistrySource(`${registry.host}/team/api`, makeTestContext({}, basic));
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await source.blob(blob)) ?? []) chunks.push(chunk);
  expect(Buffer.concat(chunks)).toEqual(bytes);
  expect(other.authorizations).toEqual([undefined]);
  registry.faults.splice(0, 9, to('http://storage.example.com/x'));
  await expect(source.blob(blob)).rejects.toThrow(/storage\.example\.com, which is not encrypted/);
  registry.faults.splice(0, 9, { ...to(`/v2/team/api/blobs/${blob.digest}`), times: 99 });
  await expect(source.blob(blob)).rejects.toThrow(/too many redirects/);
  await other.close();
});

test('an upload that is sent elsewhere goes without our credentials', async () => {
  requireBasic();
  const other = await startRegistryDouble();
  const location = `http://${other.host}/v2/team/api/blobs/uploads/1?_state=a%2Bb%3D`;
  registry.faults.push({ on: /^POST /, times: 2, headers: { location } });
  const bytes = Buffer.from('a layer');
  await sinkOf(basic).sink.putBlob({ digest: digestOf(bytes), mediaType: '', size: bytes.length }, () =>
    Promise.resolve(chunksOf(bytes)),
  );
  expect(other.blobs.size).toBe(1);
  expect(other.authorizations).toEqual([undefined]);
  await other.close();
});
