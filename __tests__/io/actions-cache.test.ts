import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../src/model/fault.ts';
import { actionsCacheAt } from '../support/github/client.ts';
import { type GitHubDouble, startGitHub } from '../support/github/double.ts';
import type { CacheScope } from '../support/github/state.ts';

const MAIN: CacheScope = { Scope: 'refs/heads/main', Permission: 3 };
const MERGE: CacheScope = { Scope: 'refs/pull/7/merge', Permission: 3 };
const reading = (scope: CacheScope): CacheScope => ({ ...scope, Permission: 1 });

let double: GitHubDouble;
let folder = '';
beforeAll(async () => {
  double = await startGitHub();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-layout-'));
});
afterEach(async () => {
  double.state.entries.length = 0;
  double.state.failures.length = 0;
  await rm(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await double.stop();
});
const at = (...scopes: readonly CacheScope[]) => actionsCacheAt(double, scopes);
const bytes = (text: string): Buffer => Buffer.from(text);

async function readText(prefixes: readonly string[], ...scopes: readonly CacheScope[]): Promise<string | undefined> {
  const entry = await at(...scopes).restore(prefixes, 1000);
  return entry === undefined ? undefined : `${entry.key}=${Buffer.from(entry.content).toString('utf8')}`;
}

describe('entries', () => {
  test('are found by what their key begins with, the newest of the first that has one', async () => {
    const cache = at(MAIN);
    for (const key of ['facts-a-1', 'facts-b-1', 'facts-b-2']) expect(await cache.save(key, bytes(key))).toBe(true);
    expect(await readText(['facts-a-', 'facts-'], MAIN)).toBe('facts-a-1=facts-a-1');
    expect(await readText(['facts-c-', 'facts-'], MAIN)).toBe('facts-b-2=facts-b-2');
    expect(await readText(['other-'], MAIN)).toBeUndefined();
  });

  test('are written once', async () => {
    expect([await at(MAIN).save('k', bytes('1')), await at(MAIN).save('k', bytes('2'))]).toEqual([true, false]);
    expect(await readText(['k'], MAIN)).toBe('k=1');
  });

  test('of a pull request are not seen by the branch; those of the branch are seen by it', async () => {
    await at(MERGE, reading(MAIN)).save('facts-1', bytes('theirs'));
    expect(await readText(['facts-'], MAIN)).toBeUndefined();
    await at(MAIN).save('facts-2', bytes('ours'));
    expect(await readText(['facts-2'], MERGE, reading(MAIN))).toBe('facts-2=ours');
    expect(await readText(['facts-'], MERGE, reading(MAIN))).toBe('facts-1=theirs');
  });

  test('are refused, and nothing hangs, where the token may not or the service stumbles', async () => {
    await expect(at(reading(MAIN)).save('k', bytes('1'))).rejects.toThrow(Fault);
    await expect(at({ ...MAIN, Permission: 2 }).restore(['k'], 10)).rejects.toThrow(/403/);
    double.state.failures.push({ match: /CacheService/, status: 503, times: 2 });
    await expect(at(MAIN).restore(['k'], 10)).rejects.toThrow(/503/);
    expect(double.state.failures[0]?.times).toBe(0);
    double.state.failures.push({ match: /CreateCacheEntry/, status: 503, times: 1 });
    expect(await at(MAIN).save('k', Buffer.alloc(100_000))).toBe(true);
    await expect(at(MAIN).restore(['k'], 10)).rejects.toThrow(/longer than|larger than/);
  });
});

/** A layout of one manifest with these blobs. */
async function makeLayout(directory: string, blobs: readonly Buffer[]): Promise<readonly string[]> {
  const store = join(directory, 'blobs', 'sha256');
  await mkdir(store, { recursive: true });
  const put = async (content: Buffer): Promise<{ digest: string; size: number }> => {
    const hash = createHash('sha256').update(content).digest('hex');
    await writeFile(join(store, hash), content);
    return { digest: `sha256:${hash}`, size: content.length };
  };
  const layers = await Promise.all(blobs.map(put));
  const manifest = await put(bytes(JSON.stringify({ schemaVersion: 2, config: await put(bytes('{}')), layers })));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  await writeFile(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const index = { schemaVersion: 2, manifests: [{ mediaType, ...manifest }] };
  await writeFile(join(directory, 'index.json'), JSON.stringify(index));
  return [...layers.map(({ digest }) => digest.slice(7)), manifest.digest.slice(7)];
}

describe('an OCI layout', () => {
  const from = (): string => join(folder, 'from');
  const to = (): string => join(folder, 'to');

  test('comes back with every blob that its index leads to, and no other', async () => {
    const names = await makeLayout(from(), [bytes('one'), Buffer.alloc(2 ** 25 + 7, 'x')]);
    await writeFile(join(from(), 'blobs/sha256/left'), 'of an older export');
    expect(await at(MAIN).saveLayout('build-1', from())).toBe(true);
    expect(double.state.log.filter((line) => line.includes('comp=block&')).length).toBe(2);
    expect(await at(MAIN).restoreLayout(['build-'], to())).toBe('build-1');
    const found = await readdir(join(to(), 'blobs/sha256'));
    expect(found).toEqual(expect.arrayContaining([...names]));
    expect(found).toHaveLength(names.length + 1);
    expect(await readFile(join(to(), 'index.json'), 'utf8')).toBe(await readFile(join(from(), 'index.json'), 'utf8'));
    for (const name of names) {
      const content = await readFile(join(to(), 'blobs/sha256', name));
      expect(createHash('sha256').update(content).digest('hex')).toBe(name);
    }
  });

  test.each<[string, (content: Buffer) => Buffer]>([
    ['another blob', (content) => Buffer.from(content.toString('latin1').replace('original', 'replaced'), 'latin1')],
    [
      'a path',
      (content) => Buffer.from(content.toString('latin1').replaceAll(/sha256:[0-9a-f]{4}/g, '../../e'), 'latin1'),
    ],
    ['half of it', (content) => content.subarray(0, content.length - 3)],
    ['no head', (content) => content.subarray(10)],
    ['nothing', () => Buffer.alloc(0)],
    ['one long line', () => Buffer.alloc(2 ** 24 + 10, 'x')],
  ])('with %s is refused before it has an index', async (_, change) => {
    await makeLayout(from(), [bytes('original')]);
    await at(MAIN).saveLayout('build-1', from());
    for (const entry of double.state.entries) entry.content = change(entry.content);
    await expect(at(MAIN).restoreLayout(['build-'], to())).rejects.toThrow(Fault);
    await expect(readFile(join(to(), 'index.json'))).rejects.toThrow(/ENOENT/);
  });

  test('that is none is not kept', async () => {
    await expect(at(MAIN).saveLayout('build-1', from())).rejects.toThrow('there is no OCI layout');
    expect(double.state.entries.filter(({ finalized }) => finalized)).toEqual([]);
  });
});
