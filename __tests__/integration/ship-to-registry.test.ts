import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findProgram, type RealRegistry, startDockerRegistry } from '../support/docker-registry.ts';
import { type DistResult, makeRepository, type Repository, runAction, runCli } from '../support/dist.ts';
import { removeImageNames } from '../support/running.ts';
import { SERVICE } from '../support/small-service.ts';

const MINUTES = 4 * 60_000;
const program = findProgram('docker-registry');
// robot:pa:ss, bcrypt with the least cost
const HTPASSWD = 'robot:$2b$04$abcdefghijklmnopqrstuu2auYx.qp9Oa3Pif.hfhenSQE6jLNfY6\n';
const ACCEPTED = ['application/vnd.oci.image.index.v1+json', 'application/vnd.oci.image.manifest.v1+json'].join(', ');

let project: Repository;
let registry: RealRegistry | undefined;
beforeEach(async () => {
  project = await makeRepository(SERVICE);
});
afterEach(async () => {
  await registry?.stop();
  await removeImageNames(project);
  await project.remove();
});

/** Writes a docker configuration as `docker login` does; its folder is for DOCKER_CONFIG. */
async function logIn(host: string, login: string): Promise<string> {
  const folder = join(dirname(project.output), 'docker');
  await mkdir(folder, { recursive: true });
  const auths = { [host]: { auth: Buffer.from(login).toString('base64') } };
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths }));
  return folder;
}

/** Asks the registry itself, with nothing of ours between. */
async function readDigest(host: string, path: string, login?: string): Promise<string | null> {
  const headers = {
    accept: ACCEPTED,
    ...(login === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
  };
  const answer = await fetch(`http://${host}/v2/${path}`, { method: 'HEAD', headers });
  return answer.headers.get('docker-content-digest');
}

async function expectNoPassword(password: string, { stdout, stderr }: DistResult): Promise<void> {
  const forms = [password, Buffer.from(`robot:${password}`).toString('base64')];
  const entries = await readdir(project.output, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(0);
  const texts = [stdout, stderr, ...(await Promise.all(files.map((file) => readFile(file, 'utf8'))))];
  for (const form of forms) expect(texts.filter((text) => text.includes(form))).toEqual([]);
}

(program === undefined ? describe.skip : describe)('shipping to a real docker-registry', () => {
  test.each([
    ['open to all', undefined],
    ['with a login', HTPASSWD],
  ])(
    '%s: its digest is the record’s, and a second publish finds everything there',
    async (_name, htpasswd) => {
      registry = await startDockerRegistry(program ?? '', htpasswd);
      const env = htpasswd === undefined ? {} : { DOCKER_CONFIG: await logIn(registry.host, 'robot:pa:ss') };
      const login = htpasswd === undefined ? undefined : 'robot:pa:ss';
      const target = ['--registry', `${registry.host}/team`];
      expect(await runCli(project, ['check', '--no-containers'], env)).toMatchObject({ exitCode: 0 });
      const published = await runCli(project, ['publish', ...target], env);
      expect(published).toMatchObject({ exitCode: 0 });
      const [image] = (await project.record()).images;
      expect(image?.published).toMatchObject({
        digest: image?.digests?.index,
        reference: `${registry.host}/team/api@${image?.digests?.index ?? ''}`,
        tags: [{ action: 'created' }, { action: 'created' }],
        presentBlobs: 0,
      });
      for (const reference of ['main', image?.digests?.index ?? ''])
        expect(await readDigest(registry.host, `team/api/manifests/${reference}`, login)).toBe(image?.digests?.index);
      expect(await readDigest(registry.host, `team/api/manifests/${image?.digests?.manifest ?? ''}`, login)).toBe(
        image?.digests?.manifest,
      );
      await expectNoPassword('pa:ss', published);

      expect(await runCli(project, ['publish', ...target], env)).toMatchObject({ exitCode: 0 });
      expect((await project.record()).images[0]?.published).toMatchObject({
        digest: image?.digests?.index,
        uploadedBlobs: 0,
        tags: [{ action: 'same' }, { action: 'same' }],
      });
    },
    MINUTES,
  );

  test(
    'without attestations a second ship of the same commit is the same digest, and moves nothing',
    async () => {
      registry = await startDockerRegistry(program ?? '');
      await project.write({
        'slipway.yml': SERVICE['slipway.yml'].replace('    port:', '    provenance: off\n    port:'),
      });
      const words = ['ship', '--no-containers', '--registry', `${registry.host}/team`];
      expect(await runCli(project, words)).toMatchObject({ exitCode: 0 });
      const first = (await project.record()).images[0];
      expect(await runCli(project, words)).toMatchObject({ exitCode: 0 });
      const second = (await project.record()).images[0];
      expect(second?.digests).toEqual(first?.digests);
      expect(second?.published).toMatchObject({ uploadedBlobs: 0 });
      expect(second?.published?.tags.map(({ action }) => action)).not.toContain('moved');
    },
    MINUTES,
  );

  test(
    'a wrong password is the user’s to correct, and is told nowhere',
    async () => {
      registry = await startDockerRegistry(program ?? '', HTPASSWD);
      const password = `wrong-${randomBytes(8).toString('hex')}`;
      const env = { DOCKER_CONFIG: await logIn(registry.host, `robot:${password}`) };
      const result = await runCli(project, ['ship', '--no-containers', '--registry', `${registry.host}/team`], env);
      expect(result.exitCode).toBe(2);
      expect(result.stdout).toMatch(/✗ api was not published: .*401.*\n\s+→ Log in to this very host/);
      await expectNoPassword(password, result);
    },
    MINUTES,
  );

  test(
    'the action gives the reference that the registry answers to',
    async () => {
      registry = await startDockerRegistry(program ?? '');
      const { exitCode, outputs } = await runAction(project, { registry: `${registry.host}/team` });
      expect(exitCode).toBe(0);
      expect(outputs['reference']).toBe(`${registry.host}/team/api@${outputs['digest'] ?? ''}`);
      expect(await readDigest(registry.host, `team/api/manifests/${outputs['digest'] ?? ''}`)).toBe(outputs['digest']);
    },
    MINUTES,
  );
});
