import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openRegistryImage, openRegistrySink, openRegistrySource } from '../../src/io/registry.ts';
import { digestOf } from '../../src/model/digest.ts';
import { Fault } from '../../src/model/fault.ts';
import { clear } from '../../src/publish/clear.ts';
import { publishImage } from '../../src/publish/publish.ts';
import { makeMemoryImage } from '../support/memory-image.ts';
import type { MemoryImage } from '../support/memory-image.ts';
import { makeTestContext } from '../support/registry-context.ts';
import type { TestContext } from '../support/registry-context.ts';
import { startRegistryDouble } from '../support/registry.ts';
import type { RegistryDouble } from '../support/registry.ts';

interface Page {
  readonly status?: number;
  readonly body?: unknown;
  readonly link?: string;
}

let registry: RegistryDouble;
beforeEach(async () => {
  registry = await startRegistryDouble();
});
afterEach(() => registry.close());

async function collect(stream: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function publish(image: MemoryImage, context: TestContext, tags: readonly string[] = ['v1']) {
  const passed = { rule: 'platform', status: 'passed', severity: 'error', findings: [] } as const;
  const clearance = clear({
    gpu: 'none',
    built: { name: 'api', digests: image.digests },
    judged: image.digests,
    outcomes: [passed],
  });
  if (!clearance.cleared) throw new Error('not cleared');
  const sink = openRegistrySink(`${registry.host}/team/api`, context);
  return publishImage({ clock: context.clock, signal: context.signal }, clearance.image, image.source, sink, {
    tags,
    moving: [],
  });
}

test('everything arrives byte for byte and is read back the same', async () => {
  const image = makeMemoryImage();
  const published = await publish(image, makeTestContext(), ['v1', 'latest']);
  expect(published).toMatchObject({
    reference: `${registry.host}/team/api@${image.digests.index}`,
    uploadedBlobs: 5,
    retries: [],
  });
  for (const [digest, bytes] of image.blobs) expect(registry.blobs.get(digest)).toEqual(bytes);
  expect(registry.requests.at(-2)).toBe('PUT /v2/team/api/manifests/latest');

  const opened = await openRegistryImage(`${registry.host}/team/api:latest`, makeTestContext());
  expect(opened.digest).toBe(image.digests.index);
  for (const stored of image.manifests.values()) expect(await opened.source.manifest(stored.digest)).toEqual(stored);
  for (const [digest, bytes] of image.blobs) {
    expect(await collect(await opened.source.blob({ digest, mediaType: '', size: bytes.length }))).toEqual(bytes);
  }
});

test('a second publish sends no byte of a body', async () => {
  const image = makeMemoryImage();
  await publish(image, makeTestContext());
  registry.requests.length = 0;
  const again = await publish(image, makeTestContext());
  expect(again).toMatchObject({ uploadedBlobs: 0, presentBlobs: 5, tags: [{ action: 'same' }] });
  expect(registry.requests.every((line) => line.startsWith('HEAD '))).toBe(true);
});

test('what is not there is undefined, or a Fault where it was asked for by name', async () => {
  const source = openRegistrySource(`${registry.host}/team/api`, makeTestContext());
  const digest = digestOf('nothing');
  expect(await source.manifest(digest)).toBeUndefined();
  expect(await source.blob({ digest, mediaType: '', size: 1 })).toBeUndefined();
  const sink = openRegistrySink(`${registry.host}/team/api`, makeTestContext());
  expect(await sink.head('v1')).toBeUndefined();
  expect(await sink.hasBlob({ digest, mediaType: '', size: 1 })).toBe(false);
  await expect(openRegistryImage(`${registry.host}/team/api:v1`, makeTestContext())).rejects.toThrow(Fault);
});

test.each([
  ['a reset in the middle of an upload', { on: /^PUT .*uploads/, resetAfter: 4 }, 1, /ECONNRESET|EPIPE/],
  ['a reset before any answer', { on: /^HEAD .*blobs/, resetAfter: 0 }, 1, /ECONNRESET/],
  ['503 three times', { on: /^POST /, times: 3, status: 503 }, 3, /503/],
  ['429 with Retry-After', { on: /^PUT .*manifests/, status: 429, headers: { 'retry-after': '7' } }, 1, /429/],
  ['408, 500, 502 or 504', { on: /^HEAD .*manifests/, status: 502, body: '<html>bad gateway</html>' }, 1, /502/],
  ['a manifest whose answer is lost', { on: /^PUT .*manifests\/v1/, loseAnswer: true }, 1, /ECONNRESET/],
])('%s is retried and said', async (_, fault, times, reason) => {
  registry.faults.push(fault);
  const context = makeTestContext();
  const image = makeMemoryImage();
  const published = await publish(image, context);
  expect(registry.manifests.get('team/api/v1')?.bytes).toEqual(image.manifests.get(image.digests.index)?.bytes);
  expect(published.retries).toHaveLength(times);
  expect(published.retries[0]).toMatch(reason);
  expect(published.retries[0]).toMatch(/attempt 2 of 5/);
  expect(context.lines).toEqual(published.retries);
  expect(context.clock.sleeps).toHaveLength(times);
});

test('Retry-After is honoured, as seconds and as a date', async () => {
  registry.faults.push({ on: /^HEAD /, status: 429, headers: { 'retry-after': '7' } });
  registry.faults.push({ on: /^HEAD /, status: 503, headers: { 'retry-after': 'Sat, 01 Jun 2030 12:00:30 GMT' } });
  const context = makeTestContext();
  const sink = openRegistrySink(`${registry.host}/team/api`, context);
  await sink.head('v1');
  expect(context.clock.sleeps[0]).toBeGreaterThanOrEqual(7000);
  expect(context.clock.sleeps[0]).toBeLessThanOrEqual(7200);
  expect(context.clock.sleeps[1]).toBeGreaterThan(20_000);
});

test('a registry that asks for ten minutes is not waited for', async () => {
  registry.faults.push({ on: /^HEAD /, status: 429, headers: { 'retry-after': '600' } });
  const context = makeTestContext();
  await expect(openRegistrySink(`${registry.host}/a`, context).head('v1')).rejects.toThrow(/429/);
  expect(context.clock.sleeps).toEqual([]);
});

test('five failures are the end, an environment Fault that counts them', async () => {
  registry.faults.push({ on: /^HEAD /, times: 9, status: 503 });
  const attempt = openRegistrySink(`${registry.host}/a`, makeTestContext()).head('v1');
  await expect(attempt).rejects.toThrow(
    expect.objectContaining({
      kind: 'environment',
      message: expect.stringMatching(/503 .*\(5 attempts\)|503 \(5 attempts\)/),
    }),
  );
  expect(registry.requests).toHaveLength(5);
});

test.each([
  [400, 'user', /MANIFEST_INVALID/],
  [403, 'user', /DENIED/],
  [404, 'user', /NAME_UNKNOWN/],
  [409, 'user', /TAG_IMMUTABLE/],
  [413, 'user', /413/],
  [501, 'environment', /501/],
])('%d is not retried', async (status, kind, message) => {
  const codes = { 400: 'MANIFEST_INVALID', 403: 'DENIED', 404: 'NAME_UNKNOWN', 409: 'TAG_IMMUTABLE' } as Record<
    number,
    string
  >;
  const body = JSON.stringify({
    errors: [{ code: codes[status] ?? 'X', message: 'no\u001b[31m way', detail: 'really' }],
  });
  registry.faults.push({ on: /^PUT .*manifests/, status, body });
  const context = makeTestContext();
  const failure = await publish(makeMemoryImage(), context).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Fault);
  expect(failure).toMatchObject({
    kind,
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(/\.$/),
  });
  expect(String(failure)).not.toContain('\u001b');
  expect(context.clock.sleeps).toEqual([]);
});

test('an upload whose answer was lost is not sent twice', async () => {
  registry.faults.push({ on: /^PUT .*uploads/, loseAnswer: true });
  const published = await publish(makeMemoryImage(['only layer']), makeTestContext());
  expect(published.retries).toHaveLength(1);
  expect(registry.requests.filter((line) => /^PUT .*uploads/.test(line))).toHaveLength(published.uploadedBlobs);
});

test('another digest read back is a Fault, and no tag is set', async () => {
  const image = makeMemoryImage();
  await publish(image, makeTestContext(), []);
  registry.faults.push({
    on: new RegExp(`^HEAD .*${image.digests.index}`),
    times: 9,
    headers: { 'docker-content-digest': digestOf('other') },
  });
  await expect(publish(image, makeTestContext())).rejects.toThrow(/which was checked/);
  expect(registry.manifests.has('team/api/v1')).toBe(false);
});

test('a registry that names no digest is read back by its bytes', async () => {
  registry.faults.push({ on: /manifests/, times: 99, headers: { 'docker-content-digest': '' } });
  const image = makeMemoryImage();
  expect((await publish(image, makeTestContext())).digest).toBe(image.digests.index);
});

test('manifest bytes that are not what the digest says are refused', async () => {
  const image = makeMemoryImage();
  await publish(image, makeTestContext());
  registry.manifests.set(`team/api/${image.digests.manifest}`, { bytes: Buffer.from('{}'), mediaType: 'x' });
  const source = openRegistrySource(`${registry.host}/team/api`, makeTestContext());
  await expect(source.manifest(image.digests.manifest)).rejects.toThrow(/damaged content/);
});

test.each([1, 4, 7, 10, 13, 16, 19, 22])(
  'killed after %d requests, run again, it finishes and sends no blob twice',
  async (count) => {
    const image = makeMemoryImage();
    const killer = new AbortController();
    const context = makeTestContext({ signal: killer.signal });
    const push = registry.requests.push.bind(registry.requests);
    registry.requests.push = (...lines) => {
      if (registry.requests.length >= count) killer.abort(new Error('killed'));
      return push(...lines);
    };
    await expect(publish(image, context)).rejects.toThrow('killed');
    const there = registry.blobs.size;
    registry.requests.length = 0;
    const published = await publish(image, makeTestContext());
    // A request that was under way when the run was killed may still have come through.
    expect(published.presentBlobs).toBeGreaterThanOrEqual(there);
    expect(published.presentBlobs + published.uploadedBlobs).toBe(5);
    expect(registry.manifests.get('team/api/v1')?.bytes).toEqual(image.manifests.get(image.digests.index)?.bytes);
  },
);

test('damaged content fails while it is sent and never reaches the registry', async () => {
  const image = makeMemoryImage();
  const layer = image.layers[0] ?? digestOf('');
  image.blobs.set(layer, Buffer.from('FIRST LAYER'));
  const context = makeTestContext();
  await expect(publish(image, context)).rejects.toThrow(/damaged content/);
  expect(registry.blobs.has(layer)).toBe(false);
  expect(context.clock.sleeps).toEqual([]);
});

test('an answer that never comes ends at the deadline', async () => {
  const context = makeTestContext({ deadline: 30 });
  registry.faults.push({ on: /./, times: 9, hang: true });
  const attempt = openRegistrySink(`${registry.host}/a`, context).head('v1');
  await expect(attempt).rejects.toThrow(/no answer within 0 s \(5 attempts\)/);
});

test('a body that breaks off while it is read is an environment Fault', async () => {
  const bytes = Buffer.alloc(1000);
  registry.blobs.set(digestOf(bytes), bytes);
  registry.faults.push({ on: /^GET .*blobs/, headers: { 'content-length': '2000' } });
  const source = openRegistrySource(`${registry.host}/a`, makeTestContext());
  const stream = await source.blob({ digest: digestOf(bytes), mediaType: '', size: 2000 });
  registry.close().catch(() => undefined);
  await expect(collect(stream)).rejects.toThrow(expect.objectContaining({ kind: 'environment' }));
});

test('a registry that is not there is an environment Fault', async () => {
  const { host } = registry;
  await registry.close();
  const failure = await openRegistrySink(`${host}/a`, makeTestContext())
    .head('v1')
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ kind: 'environment', message: expect.stringContaining('ECONNREFUSED') });
});

test('an upload that begins nowhere and a manifest that is not kept are environment Faults', async () => {
  const sink = openRegistrySink(`${registry.host}/team/api`, makeTestContext());
  registry.faults.push({ on: /^POST /, status: 202 });
  const blob = { digest: digestOf('x'), mediaType: '', size: 1 };
  const upload = sink.putBlob(blob, () => Promise.reject(new Error('not opened')));
  await expect(upload).rejects.toThrow(
    expect.objectContaining({ kind: 'environment', message: expect.stringContaining('without saying where') }),
  );
  registry.faults.push({ on: /^PUT /, status: 201 });
  const manifest = { bytes: Buffer.from('{}'), mediaType: 'x', digest: digestOf('{}') };
  await expect(sink.putManifest('v1', manifest)).rejects.toThrow(/is not there after the registry took it/);
});

test.each<readonly [string, readonly Page[], readonly string[]]>([
  ['no such repository', [{ status: 404 }], []],
  ['none', [{ body: { name: 'x', tags: null } }], []],
  [
    'pages',
    [
      { body: { tags: ['a'] }, link: '</v2/team/api/tags/list?n=1&last=a>; rel="next"' },
      { body: { tags: ['b'] }, link: '<http://elsewhere.example/v2/other/tags/list?last=b>; rel="next"' },
      { body: { tags: ['c'] } },
    ],
    ['a', 'b', 'c'],
  ],
])('tags are listed: %s', async (_, pages, tags) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const page = pages[asked.length];
    asked.push(request.url ?? '');
    if (page?.link !== undefined) response.setHeader('link', page.link);
    response.writeHead(page?.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(page?.body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const sink = openRegistrySink(`127.0.0.1:${String(port)}/team/api`, makeTestContext());
    expect(await sink.listTags()).toEqual(tags);
    expect(asked).toHaveLength(pages.length);
    expect(asked.every((path) => path.startsWith('/v2/team/api/tags/list?'))).toBe(true);
  } finally {
    server.close();
  }
});
