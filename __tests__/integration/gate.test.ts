import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { findProgram, type RealRegistry, startDockerRegistry } from '../support/docker-registry.ts';
import { type DistResult, makeRepository, type Repository, runCli } from '../support/dist.ts';

const MINUTES = 4 * 60_000;
const program = findProgram('docker-registry');
// robot:pa:ss, bcrypt with the least cost
const HTPASSWD = 'robot:$2b$04$abcdefghijklmnopqrstuu2auYx.qp9Oa3Pif.hfhenSQE6jLNfY6\n';
const unique = randomBytes(4).toString('hex');
const GOOD = 'FROM python:3.11-slim\nUSER 10001:10001\nCMD ["python", "-c", "import time; time.sleep(8)"]\n';
const ROOT = 'FROM python:3.11-slim\nCMD ["python", "-c", "import time; time.sleep(8)"]\n';

// Answers for one host, writes down what it was asked, and knows no other.
const HELPER = (host: string, log: string): string =>
  [
    '#!/bin/sh',
    'read -r asked',
    `echo "$1 $asked" >> '${log}'`,
    `if [ "$asked" = '${host}' ]; then printf '{"ServerURL":"%s","Username":"robot","Secret":"pa:ss"}' "$asked"`,
    "else echo 'credentials not found in native keychain'; exit 1; fi",
    '',
  ].join('\n');

let project: Repository;
let registry: RealRegistry;
let good = '';
let bad = '';
let helpers = '';
/** A folder for DOCKER_CONFIG with this in its config.json. */
async function dockerConfig(name: string, config: object): Promise<string> {
  const folder = join(registry.folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}
const login = (text: string) => ({ auths: { [registry.host]: { auth: Buffer.from(text).toString('base64') } } });
const localName = (name: string): string => `slipway-test-gate-${unique}:${name}`;

/** Built by docker alone: nothing of ours has seen these images. */
async function buildAndPush(name: string, dockerfile: string): Promise<string> {
  const reference = `${registry.host}/team/${name}:1`;
  const env = { DOCKER_CONFIG: await dockerConfig('docker', login('robot:pa:ss')) };
  await project.write({ [`${name}/Dockerfile`]: dockerfile });
  const folder = join(project.directory, name);
  await execa('docker', ['buildx', 'build', '-q', '--load', '-t', reference, '-t', localName(name), folder], { env });
  await execa('docker', ['push', '-q', reference], { env });
  return reference;
}
const check = (words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<DistResult> =>
  runCli(project, ['check', ...words], env);

(program === undefined ? describe.skip : describe)('an image that something else built, in a private registry', () => {
  beforeAll(async () => {
    project = await makeRepository({ 'README.md': 'no config here\n' });
    registry = await startDockerRegistry(program ?? '', HTPASSWD);
    helpers = join(registry.folder, 'helpers');
    await mkdir(helpers);
    const path = join(helpers, 'docker-credential-slipwaytest');
    await writeFile(path, HELPER(registry.host, join(registry.folder, 'asked')));
    await chmod(path, 0o755);
    good = await buildAndPush('good', GOOD);
    bad = await buildAndPush('bad', ROOT);
  }, MINUTES);
  afterAll(async () => {
    await execa('docker', ['image', 'rm', good, bad, localName('good'), localName('bad')], { reject: false });
    await registry.stop();
    await project.remove();
  });
  const withHelper = async (config: object): Promise<Record<string, string>> => ({
    DOCKER_CONFIG: await dockerConfig('helped', config),
    PATH: `${helpers}:${process.env['PATH'] ?? ''}`,
  });

  test.each([
    ['credHelpers', () => ({ credHelpers: { [registry.host]: 'slipwaytest' } })],
    ['credsStore', () => ({ credsStore: 'slipwaytest' })],
  ])(
    'is read with what a credential helper says (%s), which is asked for this host alone',
    async (_, config) => {
      await writeFile(join(registry.folder, 'asked'), '');
      const result = await check([good, '--no-containers'], await withHelper(config()));
      expect(result).toMatchObject({ exitCode: 0 });
      const asked = (await readFile(join(registry.folder, 'asked'), 'utf8')).trim().split('\n');
      expect(asked).toContain(`get ${registry.host}`);
      const [image] = (await project.record()).images;
      expect(image).toMatchObject({ name: 'good', given: good, blocked: [] });
      expect(`${result.stdout}${result.stderr}${JSON.stringify(image)}`).not.toContain('pa:ss');
    },
    MINUTES,
  );

  test(
    'runs in the engine, which has no login: root fails without any config',
    async () => {
      const result = await check([good, bad], await withHelper({ credsStore: 'slipwaytest' }));
      expect(result.exitCode).toBe(1);
      const images = (await project.record()).images;
      const statusOf = (name: string, rule: string) =>
        images.find((image) => image.name === name)?.outcomes.find((outcome) => outcome.rule === rule)?.status;
      expect([statusOf('good', 'user.config'), statusOf('bad', 'user.config')]).toEqual(['passed', 'failed']);
      expect([statusOf('good', 'user.runtime'), statusOf('bad', 'user.runtime')]).toEqual(['passed', 'failed']);
    },
    MINUTES,
  );

  test(
    'without a login, with a wrong one and with a broken helper it is the user’s to correct',
    async () => {
      await writeFile(join(helpers, 'docker-credential-broken'), '#!/bin/sh\necho "a secret"\nexit 3\n', {
        mode: 0o755,
      });
      const cases: readonly (readonly [object, RegExp])[] = [
        [{}, /asks for a login and there are no credentials for this host[^]*→ Log in to this very host/],
        [login('robot:wrong'), /401[^]*→ Log in to this very host/],
        [{ credsStore: 'broken' }, /docker-credential-broken ended with 3 [^]*→ Run `docker login` again/],
        [{ credsStore: 'nowhere' }, /docker-credential-nowhere/],
      ];
      for (const [config, says] of cases) {
        const result = await check([good, '--no-containers'], await withHelper(config));
        expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(says) });
        expect(result.stderr).not.toContain('a secret');
      }
      const absent = await check([`${good}2`, '--no-containers'], await withHelper(login('robot:pa:ss')));
      expect(absent).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/there is no image .*:12/) });
    },
    MINUTES,
  );

  test(
    'has the same verdict from an archive, a layout and the engine, whatever read it',
    async () => {
      const archive = join(registry.folder, 'bad.tar');
      await execa('docker', ['save', '-o', archive, localName('bad')]);
      const layout = join(registry.folder, 'layout');
      await mkdir(layout);
      await execa('tar', ['-xf', archive, '-C', layout]);
      for (const place of [archive, `oci:${layout}`, `docker:${localName('bad')}`]) {
        const { exitCode } = await check([place, '--no-containers']);
        expect([place, exitCode]).toEqual([place, 1]);
        expect((await project.record()).images[0]?.blocked).toContain('user.config failed');
      }
    },
    MINUTES,
  );
});
