import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFactCache } from '../../src/io/fact-cache.ts';
import { makeFiles } from '../../src/io/files.ts';

const files = makeFiles({ temporary: tmpdir() });
let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-cache-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function onlyFile(): Promise<string> {
  const found = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const [entry] = found;
  if (entry === undefined || found.length > 1) throw new Error('not exactly one file');
  return join(entry.parentPath, entry.name);
}

test('a value comes back, under its own key only', async () => {
  const cache = makeFactCache(directory, files);
  await cache.put('layer/sha256:1', Buffer.from('facts'));
  expect(Buffer.from((await cache.get('layer/sha256:1')) ?? []).toString()).toBe('facts');
  expect(await cache.get('layer/sha256:2')).toBeUndefined();
  expect(await makeFactCache(directory, files).get('layer/sha256:1')).toBeDefined();
});

test.each([
  ['a flipped byte', (stored: Buffer) => Buffer.concat([stored.subarray(0, -1), Buffer.from('X')])],
  ['a cut file', (stored: Buffer) => stored.subarray(0, 20)],
  ['an empty file', () => Buffer.alloc(0)],
])('%s is a miss', async (_, damage) => {
  const cache = makeFactCache(directory, files);
  await cache.put('key', Buffer.from('facts'));
  const path = await onlyFile();
  await writeFile(path, damage(await readFile(path)));
  expect(await cache.get('key')).toBeUndefined();
});

test('a folder that cannot be written is no error', async () => {
  await writeFile(join(directory, 'file'), '');
  const cache = makeFactCache(join(directory, 'file'), files);
  await cache.put('key', Buffer.from('facts'));
  expect(await cache.get('key')).toBeUndefined();
});
