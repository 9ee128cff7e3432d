import { createServer } from 'node:net';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parseRecord } from '../../src/model/record-parse.ts';
import { type DistResult, makeRepository, type Repository, runCli } from '../support/dist.ts';
import { removeImageNames } from '../support/running.ts';
import { SERVICE, serviceDockerfile } from '../support/small-service.ts';

const MINUTES = 4 * 60_000;
const STATIC = ['ship', '--no-containers'];

let project: Repository | undefined;
afterEach(async () => {
  if (project !== undefined) await removeImageNames(project);
  await project?.remove();
  project = undefined;
});

/** A port that nothing listens on: it was free a moment ago. */
async function findClosedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function expectFewWords({ stdout, stderr }: DistResult): void {
  expect(stdout + stderr).not.toMatch(/\n\s+at .*:\d+|please report/);
}

describe('exit codes', () => {
  test(
    '0: proven and published, and nothing to complain of without containers',
    async () => {
      project = await makeRepository(SERVICE);
      const result = await runCli(project, STATIC);
      expect(result.exitCode).toBe(0);
      expect(result.stdout).not.toContain('was not gathered');
      const { images } = await project.record();
      const skipped = images[0]?.outcomes.filter(({ status }) => status === 'skipped').map(({ rule }) => rule);
      expect(skipped).toEqual(expect.arrayContaining(['user.runtime', 'health.becomes-healthy', 'stop.graceful']));
      expect(images[0]?.outcomes.filter(({ status }) => status === 'undecided')).toEqual([]);
    },
    MINUTES,
  );

  test(
    '1: the image is wrong',
    async () => {
      project = await makeRepository({ ...SERVICE, Dockerfile: serviceDockerfile({ user: '0' }) });
      const result = await runCli(project, STATIC);
      expect(result).toMatchObject({
        exitCode: 1,
        stdout: expect.stringMatching(/user\.config .*\n\s+Dockerfile:3\n\s+→ /),
      });
      expectFewWords(result);
    },
    MINUTES,
  );

  test('2: the engine is one that is not supported, said once and where', async () => {
    project = await makeRepository(SERVICE);
    const result = await runCli(project, STATIC, { DOCKER_HOST: 'tcp://127.0.0.1:1' });
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toMatch(/✗ .*tcp:\/\/127\.0\.0\.1:1 is not on this machine.* DOCKER_HOST\n\s+→ Run where/);
    expect(result.stdout.match(/is not on this machine/g)).toHaveLength(1);
    expectFewWords(result);
  });

  test('2: a file where the output folder should be, before anything is built', async () => {
    project = await makeRepository(SERVICE);
    await writeFile(project.output, '');
    const result = await runCli(project, STATIC);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(/^✗ nothing can be kept in the output folder \(.*\n.*a file is where.*\n\s+→ /);
    expect(result.stderr).not.toContain('exporting');
    expectFewWords(result);
  });

  test('75: no engine, with the socket that was tried', async () => {
    project = await makeRepository(SERVICE);
    const socket = join(project.output, '../no-such.sock');
    const result = await runCli(project, STATIC, { DOCKER_HOST: `unix://${socket}` });
    expect(result.exitCode).toBe(75);
    expect(result.stdout).toMatch(/✗ stopped by a problem/);
    expect(result.stdout).toContain(
      `✗ No Docker engine answers: there is no such socket unix://${socket}\n  → Start the engine`,
    );
    expectFewWords(result);
  });

  test(
    '75: no registry, with how often was tried',
    async () => {
      project = await makeRepository(SERVICE);
      const host = `127.0.0.1:${String(await findClosedPort())}`;
      const result = await runCli(project, [...STATIC, '--registry', `${host}/team`]);
      expect(result.exitCode).toBe(75);
      expect(result.stdout).toMatch(
        /✗ api was not published: .*nothing answers at this address \(ECONNREFUSED\) \(5 attempts\)\n\s+→ Check the address/,
      );
      expect((await project.record()).images[0]?.published).toBeUndefined();
      expectFewWords(result);
    },
    MINUTES,
  );
});

test(
  'JSON on standard output is the record and nothing else, progress is elsewhere, markdown goes to its file',
  async () => {
    project = await makeRepository(SERVICE);
    const markdown = join(project.output, '../report.md');
    const formats = ['--format', 'json', '--format', `markdown=${markdown}`];
    const result = await runCli(project, [...STATIC, ...formats]);
    expect(result.exitCode).toBe(0);
    expect(parseRecord(result.stdout, 'standard output')).toEqual(await project.record());
    expect(result.stderr).toMatch(/exporting to image/);
    expect(await readFile(markdown, 'utf8')).toMatch(/^### ✅ images: 1 image proven and published\n/);
  },
  MINUTES,
);
