import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.ts';
import { makeFiles } from '../../src/io/files.ts';
import type { Config } from '../../src/model/config.ts';
import { RULE_TABLE } from './support/parsing.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-load-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
function load(path?: string, below = ''): Promise<Config> {
  return loadConfig(makeFiles({ temporary: tmpdir() }), path, join(folder, below), RULE_TABLE);
}

const FILE = 'images: { api: { dockerfile: D } }';

test('slipway.yml of the folder is read', async () => {
  await write({ 'slipway.yml': FILE });
  expect(await load()).toMatchObject({ file: 'slipway.yml', directory: folder, images: [{ name: 'api' }] });
});

test('a file asked for counts from its own folder', async () => {
  await write({ 'ci/my.yml': FILE });
  expect(await load('ci/my.yml')).toMatchObject({ file: 'ci/my.yml', directory: join(folder, 'ci') });
});

test('paths may leave the folder of the file and not the repository', async () => {
  const up = FILE.replace('dockerfile: D', 'dockerfile: D, context: ..');
  await write({ 'ci/slipway.yml': up, 'slipway.yml': up, '.git/HEAD': '' });
  expect(await load('ci/slipway.yml')).toMatchObject({ images: [{ context: '..' }] });
  await expect(load()).rejects.toMatchObject({
    complaints: [{ message: expect.stringContaining('leaves the repository') }],
  });
});

test.each([
  ['a file that is not there', {}, 'no.yml', /^there is no no.yml$/],
  ['a folder', { 'ci/x': '' }, 'ci', /^ci is a folder$/],
  ['more than 1 MiB', { 'a.yml': '#'.repeat(2 ** 20 + 1) }, 'a.yml', /^a.yml is larger than 1 MiB$/],
  ['no UTF-8', { 'a.yml': Uint8Array.of(0x61, 0xff) }, 'a.yml', /^a.yml is not UTF-8 text$/],
  ['another spelling', { 'slipway.yaml': FILE }, undefined, /^there is a slipway.yaml but no slipway.yml$/],
  ['nothing to build', { 'README.md': '' }, undefined, /^there is no slipway.yml and no Dockerfile$/],
])('%s is a Fault', async (_, files, path, message) => {
  await write(files);
  await expect(load(path)).rejects.toMatchObject({
    name: 'Fault',
    kind: 'user',
    message: expect.stringMatching(message),
  });
});

test('without a file the Dockerfiles are found, and nothing counts as written', async () => {
  await write({
    'docker/Dockerfile.api': '',
    'web/Dockerfile': '',
    'web/Dockerfile.dockerignore': '',
    'node_modules/x/Dockerfile': '',
    '.git/Dockerfile': '',
    '.devcontainer/Dockerfile': '',
  });
  const config = await load();
  expect(config).toMatchObject({
    directory: folder,
    informational: true,
    images: [
      { name: 'api', dockerfile: 'docker/Dockerfile.api', context: '.' },
      { name: 'web', dockerfile: 'web/Dockerfile', context: 'web' },
    ],
  });
  expect(config.file).toBeUndefined();
  expect(config.images.map(({ written }) => written.size)).toEqual([0, 0]);
});
