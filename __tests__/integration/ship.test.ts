import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { listLabelled, makeRepository, type Repository, runAction, runCli, runPost } from '../support/dist.ts';
import { SERVICE, serviceDockerfile } from '../support/small-service.ts';

const MINUTES = 4 * 60_000;
const made: Repository[] = [];

async function repository(files: Readonly<Record<string, string>>): Promise<Repository> {
  const one = await makeRepository(files);
  made.push(one);
  return one;
}

afterEach(async () => {
  await Promise.all(made.splice(0).map((one) => one.remove()));
});

async function readIndex(
  layout: string,
): Promise<{ manifests: { digest: string; annotations?: Record<string, string> }[] }> {
  return JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as Awaited<ReturnType<typeof readIndex>>;
}

describe('the command line bundle', () => {
  test(
    'ships one image to an OCI layout: the digest judged is the digest published',
    async () => {
      const project = await repository(SERVICE);
      const layout = join(project.output, '../layout');
      const result = await runCli(project, ['ship', '--to', `oci:${layout}`]);
      expect(result.stderr + result.stdout).toContain('1 image proven and published');
      expect(result.exitCode).toBe(0);
      const record = await project.record();
      const [image] = record.images;
      const index = await readIndex(layout);
      expect(image?.published?.digest).toBe(image?.digests?.index ?? image?.digests?.manifest);
      expect(index.manifests.map(({ digest }) => digest)).toContain(image?.published?.digest);
      const blob = await readFile(
        join(layout, 'blobs/sha256', image?.digests?.manifest.replace('sha256:', '') ?? ''),
        'utf8',
      );
      expect(JSON.parse(blob)).toMatchObject({ config: { digest: image?.digests?.config } });
      expect(
        image?.outcomes
          .filter(({ status }) => status === 'failed' || status === 'undecided')
          .filter(({ severity }) => severity === 'error'),
      ).toEqual([]);
      expect(image?.outcomes.map(({ rule }) => rule)).toEqual(
        expect.arrayContaining([
          'size.unpacked',
          'user.config',
          'user.runtime',
          'health.becomes-healthy',
          'http.probe',
          'stop.graceful',
        ]),
      );
      expect(await listLabelled(`slipway.run=${record.run.id}`)).toEqual([]);
    },
    MINUTES,
  );

  test(
    'a broken image is not published, exits 1 and says what to do',
    async () => {
      const project = await repository({ ...SERVICE, Dockerfile: serviceDockerfile({ user: '0' }) });
      const layout = join(project.output, '../layout');
      const result = await runCli(project, ['ship', '--to', `oci:${layout}`]);
      expect(result.exitCode).toBe(1);
      expect(result.stdout).toMatch(/✗ 1 of 1 image blocked/);
      expect(result.stdout).toMatch(/user\.config .*\n\s+Dockerfile:3/);
      expect((await project.record()).images[0]?.published).toBeUndefined();
      await expect(readIndex(layout)).rejects.toThrow(/ENOENT/);
    },
    MINUTES,
  );

  test(
    'check, then publish: what was checked is published without a build',
    async () => {
      const project = await repository(SERVICE);
      const layout = join(project.output, '../layout');
      expect(await runCli(project, ['check'])).toMatchObject({ exitCode: 0 });
      const checked = await project.record();
      expect(await runCli(project, ['publish', '--to', `oci:${layout}`])).toMatchObject({ exitCode: 0 });
      expect((await readIndex(layout)).manifests.map(({ digest }) => digest)).toContain(
        checked.images[0]?.digests?.index ?? checked.images[0]?.digests?.manifest,
      );
      const again = await runCli(project, ['publish', '--to', `oci:${layout}`]);
      expect(again.exitCode).toBe(0);
      expect((await project.record()).images[0]?.published?.uploadedBlobs).toBe(0);
    },
    MINUTES,
  );

  test(
    'publish refuses when the policy changed since the check',
    async () => {
      const project = await repository(SERVICE);
      expect(await runCli(project, ['check', '--no-containers'])).toMatchObject({ exitCode: 0 });
      await project.write({ 'slipway.yml': SERVICE['slipway.yml'].replace('400MB', '900MB') });
      const result = await runCli(project, ['publish']);
      expect(result.exitCode).toBe(2);
      expect(result.stderr).toMatch(/rules of api are not those it was checked with/);
    },
    MINUTES,
  );

  test(
    'a failing build names the line, the command and its output',
    async () => {
      const project = await repository({
        ...SERVICE,
        Dockerfile: serviceDockerfile({ run: 'echo what happened here && exit 7' }),
      });
      const result = await runCli(project, ['build']);
      expect(result.exitCode).toBe(1);
      expect(result.stdout).toMatch(/build failed at Dockerfile:3/);
      expect(result.stdout).toMatch(/what happened here/);
    },
    MINUTES,
  );

  test.each([
    [
      'a config with mistakes',
      { 'slipway.yml': 'images:\n  api:\n    dockerfil: Dockerfile\n    size: 500\n' },
      /slipway\.yml:3:5.*did you mean `dockerfile`/,
    ],
    ['a Dockerfile that is not there', { 'slipway.yml': 'images:\n  api: { dockerfile: Nope }\n' }, /Nope/],
    ['no image at all', { 'slipway.yml': 'version: 1\n' }, /images/],
  ])('%s exits 2 before anything is built', async (_name, files, message) => {
    const project = await repository(files);
    const result = await runCli(project, ['ship']);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/\bat .*\.js:/);
  });

  test('an output folder inside a build context is refused', async () => {
    const project = await repository(SERVICE);
    const result = await runCli({ ...project, output: join(project.directory, 'out') }, ['plan']);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(/inside the build context of api/);
  });

  test('explain prints a rule page, rules lists it', async () => {
    const project = await repository(SERVICE);
    expect((await runCli(project, ['explain', 'user.config'])).stdout).toMatch(/user\.config/);
    expect(JSON.parse((await runCli(project, ['rules', '--format', 'json'])).stdout)).toContainEqual(
      expect.objectContaining({ id: 'user.config', level: 'always' }),
    );
    const wrong = await runCli(project, ['explain', 'user.confg']);
    expect(wrong).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/Did you mean user\.config\?/) as unknown as string,
    });
  });
});

describe('the action bundle', () => {
  test(
    'ships, and leaves outputs, summary and state',
    async () => {
      const project = await repository(SERVICE);
      const layout = join(project.output, '../layout');
      const result = await runAction(project, { to: `oci:${layout}` });
      expect(result.stdout + result.stderr).toMatch(/proven and published/);
      expect(result.exitCode).toBe(0);
      expect(result.outputs).toMatchObject({ verdict: 'passed', record: join(project.output, 'record.json') });
      const digest = result.outputs['digest'];
      expect(result.outputs['reference']).toMatch(new RegExp(`@${digest ?? 'none'}$`));
      expect(JSON.parse(result.outputs['images'] ?? '')).toMatchObject({ api: { digest, verdict: 'passed' } });
      expect(result.summary).toMatch(/^### ✅ images: 1 image proven and published/);
      expect(result.state['run']).toMatch(/^[0-9a-f]+$/);
      expect(await runPost(project, result.state)).toMatchObject({ exitCode: 0 });
    },
    MINUTES,
  );

  test(
    'a blocked image fails the step with an annotation on its line',
    async () => {
      const project = await repository({ ...SERVICE, Dockerfile: serviceDockerfile({ user: '0' }) });
      const result = await runAction(project, { command: 'check' });
      expect(result.exitCode).toBe(1);
      expect(result.stdout).toMatch(/^::error file=Dockerfile,line=3,title=api%3A user\.config::/m);
      expect(result.outputs['verdict']).toBe('blocked');
      expect(result.summary).toMatch(/^### ❌/);
    },
    MINUTES,
  );

  test('an unknown input is an error that names the nearest one', async () => {
    const project = await repository(SERVICE);
    const result = await runAction(project, { regsitry: 'x' });
    expect(result).toMatchObject({
      exitCode: 2,
      stdout: expect.stringMatching(/^::error title=slipway::.*did you mean registry\?/m) as unknown as string,
    });
  });

  test('the post step without a run does nothing', async () => {
    const project = await repository(SERVICE);
    expect(await runPost(project, {})).toMatchObject({ exitCode: 0, stdout: '' });
  });
});
