import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openRegistrySink } from '../../src/io/registry.ts';
import { digestOf } from '../../src/model/digest.ts';
import { makeTestContext } from '../support/registry-context.ts';
import { startRegistryDouble, type RegistryDouble } from '../support/registry.ts';

let registry: RegistryDouble;
beforeEach(async () => {
  registry = await startRegistryDouble();
});
afterEach(() => registry.close());

const BYTES = Buffer.from('layer');
const BLOB = { mediaType: 'application/octet-stream', digest: digestOf(BYTES), size: BYTES.length };

async function* chunks(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(BYTES);
}
const uploads = 'POST /v2/team/api/blobs/uploads/';

function put(staging: string | undefined) {
  const sink = openRegistrySink(`${registry.host}/team/api`, makeTestContext(), staging);
  return sink.putBlob(BLOB, () => Promise.resolve(chunks()));
}

test('a registry that takes the blob over gets no bytes', async () => {
  registry.faults.push({ on: /^POST .*uploads/, status: 201 });
  await expect(put(`${registry.host}/staging/api`)).resolves.toBe('mounted');
  expect(registry.requests).toEqual([uploads]);
});

test.each([
  ['would rather have the bytes', [], 1],
  ['refuses the other repository', [{ on: /^POST .*uploads/, status: 403 }], 2],
  ['does not know it', [{ on: /^POST .*uploads/, status: 404 }], 2],
])('a registry that %s gets the bytes', async (_, faults, asked) => {
  registry.faults.push(...faults);
  await expect(put(`${registry.host}/staging/api`)).resolves.toBe('uploaded');
  expect(registry.requests.filter((line) => line === uploads)).toHaveLength(asked);
  expect(registry.blobs.get(BLOB.digest)).toEqual(BYTES);
});

test.each([
  ['none', () => undefined],
  ['one of another registry', () => 'registry.example.com/staging/api'],
  ['the repository itself', () => `${registry.host}/team/api`],
])('nothing is asked to be mounted from %s', async (_, staging) => {
  const asked: (string | undefined)[] = [];
  registry.authorize = (_authorization, { url }) => void asked.push(url);
  await expect(put(staging())).resolves.toBe('uploaded');
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((url) => url?.includes('mount='))).toEqual([]);
  await put(`${registry.host}/staging/api`);
  expect(asked.filter((url) => url?.includes('mount='))).toHaveLength(1);
});

test('the token is asked for with the right to read the staging repository, and nothing else', async () => {
  const scopes: string[][] = [];
  registry.authorize = (authorization) =>
    authorization === undefined ? `Bearer realm="http://${registry.host}/token",service="test"` : undefined;
  registry.token = (url) => {
    scopes.push(url.searchParams.getAll('scope'));
    return { status: 200, body: '{"token":"t"}' };
  };
  await put(`${registry.host}/staging/api`);
  await put(undefined);
  const own = 'repository:team/api:pull,push';
  expect(scopes).toEqual([[own, 'repository:staging/api:pull'], [own]]);
});
