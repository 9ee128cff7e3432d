import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { makeFiles } from '../../src/io/files.ts';
import { makeCredentialLender } from '../../src/io/lent-credentials.ts';
import type { LentCredentials } from '../../src/model/identity.ts';
import { makeFolder } from '../support/folder.ts';

const HOST = 'us-east1-docker.pkg.dev';
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

interface World {
  readonly hosts?: readonly string[];
  readonly config?: string;
  readonly refuses?: boolean;
}

async function lend({ hosts = [HOST], config, refuses = false }: World = {}) {
  const home = await makeFolder(config === undefined ? {} : { '.docker/config.json': config });
  const temporary = await makeFolder({});
  let minted = 0;
  const lender = makeCredentialLender({
    files: makeFiles({ temporary, run: 'test' }),
    env: { HOME: home, PATH: process.env['PATH'] },
    hosts: () => hosts,
    credentials: () => {
      if (refuses) return Promise.reject(new Error('refused'));
      minted += 1;
      return Promise.resolve({ type: 'basic', username: 'oauth2accesstoken', password: `token ${String(minted)}` });
    },
  });
  const lent = await lender();
  if (lent !== undefined) ends.push(() => lent.end());
  return { lent, home, temporary };
}
/** As docker's tools do it. */
const ask = ({ env }: LentCredentials, command: string, input = '') =>
  execa(`docker-credential-slipway`, [command], { env, input, reject: false });

test('a tool asks our helper for our registry, and gets a token that was minted for this question', async () => {
  const { lent, home } = await lend({ config: '{"auths":{"ghcr.io":{"auth":"x"}},"credHelpers":{"gcr.io":"gcloud"}}' });
  if (lent === undefined) throw new Error('nothing was lent');
  const config: unknown = JSON.parse(await readFile(join(lent.env['DOCKER_CONFIG'] ?? '', 'config.json'), 'utf8'));
  expect(config).toEqual({
    auths: { 'ghcr.io': { auth: 'x' } },
    credHelpers: { 'gcr.io': 'gcloud', [HOST]: 'slipway' },
  });
  expect(lent.env['BUILDX_CONFIG']).toBe(join(home, '.docker/buildx'));
  const answers = [await ask(lent, 'get', HOST), await ask(lent, 'get', `https://${HOST}/v2/\n`)];
  expect(answers.map(({ stdout }) => JSON.parse(stdout) as unknown)).toEqual([
    { Username: 'oauth2accesstoken', Secret: 'token 1' },
    { Username: 'oauth2accesstoken', Secret: 'token 2' },
  ]);
});

test('no token is on disk, the folder is nobody else’s, and nothing is left', async () => {
  const { lent, temporary } = await lend();
  if (lent === undefined) throw new Error('nothing was lent');
  await ask(lent, 'get', HOST);
  const folder = lent.env['DOCKER_CONFIG'] ?? '';
  for (const name of (await readdir(folder)).filter((each) => each !== 's'))
    expect(await readFile(join(folder, name), 'utf8')).not.toContain('token 1');
  expect((await execa('stat', ['-c', '%a', folder])).stdout).toBe('700');
  await lent.end();
  expect(await readdir(temporary)).toEqual([]);
});

test.each<[string, World, string]>([
  ['another registry', {}, 'ghcr.io'],
  ['an identity that is refused', { refuses: true }, HOST],
  ['a question that is none', {}, 'x'.repeat(5000)],
])('for %s there is nothing', async (_, world, host) => {
  const { lent } = await lend(world);
  if (lent === undefined) throw new Error('nothing was lent');
  expect(await ask(lent, 'get', host)).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/not found/) });
});

test('where no registry is ours, docker’s own logins are used', async () => {
  expect((await lend({ hosts: [] })).lent).toBeUndefined();
});

test('what a tool wants to store goes nowhere, and a list is empty', async () => {
  const { lent } = await lend();
  if (lent === undefined) throw new Error('nothing was lent');
  expect(await ask(lent, 'store', '{"ServerURL":"x"}')).toMatchObject({ exitCode: 0, stdout: '' });
  expect(await ask(lent, 'list')).toMatchObject({ exitCode: 0, stdout: '{}' });
});

test('Docker Hub is known by the name that references give it, and asked for by the one that docker does', async () => {
  const { lent } = await lend({ hosts: ['docker.io'] });
  if (lent === undefined) throw new Error('nothing was lent');
  const config = await readFile(join(lent.env['DOCKER_CONFIG'] ?? '', 'config.json'), 'utf8');
  expect(JSON.parse(config)).toEqual({ credHelpers: { 'https://index.docker.io/v1/': 'slipway' } });
  expect(await ask(lent, 'get', 'https://index.docker.io/v1/')).toMatchObject({ exitCode: 0 });
});
