import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { contentFolders } from '../../src/io/content-store.ts';
import { makeEngineImages } from '../../src/io/engine-images.ts';
import type { EngineHttp } from '../../src/io/engine-http.ts';
import type { Engine } from '../../src/model/engine.ts';
import { makeFolder } from '../support/folder.ts';

const refuse = (): never => {
  throw new Error('nothing is pushed here');
};

/** An engine with one image under a name, whose manifest lies in its content folder. */
async function holdOne(name: string) {
  const root = await makeFolder({});
  const bytes = Buffer.from('{"schemaVersion":2}');
  const id = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const [content = ''] = contentFolders(root);
  await mkdir(join(content, 'blobs', 'sha256'), { recursive: true });
  await writeFile(join(content, 'blobs', id.replace(':', '/')), bytes);
  const asked: string[] = [];
  const http: EngineHttp = {
    url: 'unix:///engine',
    apiVersion: () => Promise.resolve('1.51'),
    call: ({ path }) => {
      asked.push(path);
      const known = [name, id].some((word) => path === `/images/${word}/json`);
      const body = JSON.stringify({ Id: id, RepoTags: [name], Descriptor: { digest: id } });
      return Promise.resolve({ status: known ? 200 : 404, body: Buffer.from(known ? body : '{}') });
    },
    stream: refuse,
  };
  const info = () =>
    Promise.resolve({ store: 'containerd', rootDirectory: root } as Awaited<ReturnType<Engine['info']>>);
  const images = makeEngineImages({ http, engine: { info }, files: { makeTemporary: refuse, remove: refuse } });
  return { images, id, asked };
}

test('what was found by name is opened by its id without another question', async () => {
  const { images, id, asked } = await holdOne('app:run');
  const found = await images.find('app:run');
  expect(found).toMatchObject({ id, digest: id, how: 'read from the containerd content store' });
  const opened = await images.open(id);
  expect(opened.source).toBe(found?.source);
  expect(asked).toHaveLength(1);
});

test('a name is asked for every time: it may have moved', async () => {
  const { images, asked } = await holdOne('app:run');
  await images.open('app:run');
  await images.open('app:run');
  expect(asked).toHaveLength(2);
});

test('an id that nobody found is asked for', async () => {
  const { images, id, asked } = await holdOne('app:run');
  await images.open(id);
  expect(asked).toEqual([`/images/${id}/json`]);
});

test('an image that the engine does not have is found as nothing and cannot be opened', async () => {
  const { images } = await holdOne('app:run');
  expect(await images.find('other:run')).toBeUndefined();
  await expect(images.open('other:run')).rejects.toMatchObject({ kind: 'user', remedy: 'Build or pull it first.' });
});
