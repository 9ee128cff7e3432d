import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeRepository, type Repository, runAction, runCli } from '../support/dist.ts';
import { removeImageNames, startCli } from '../support/running.ts';
import { serviceDockerfile, SERVICE } from '../support/small-service.ts';

const MINUTES = 4 * 60_000;

let project: Repository;
let secret: string;
let dockerfile: string;
beforeEach(async () => {
  secret = `s3cr3t-${randomBytes(12).toString('hex')}`;
  const nonce = randomBytes(6).toString('hex');
  // Careless on purpose: the value goes through the build's own output.
  const use = `test -s /run/secrets/token && echo "${nonce} token is $(cat /run/secrets/token)"`;
  dockerfile = serviceDockerfile({ run: `--mount=type=secret,id=token ${use}` });
  // Printing a secret fails secret.known-values; here it is the point.
  const expires = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const waiver = `waivers:\n  - { rule: secret.known-values, match: build log, reason: on purpose, expires: ${expires} }\n`;
  const config = SERVICE['slipway.yml'].replace('    port:', '    secrets: { token: env.TOKEN }\n    port:') + waiver;
  project = await makeRepository({ ...SERVICE, Dockerfile: dockerfile, 'slipway.yml': config });
});
afterEach(async () => {
  await removeImageNames(project);
  await project.remove();
});

/** Every file below the test's folder but the runner's own environment, layers unpacked. */
async function readEverything(folder: string): Promise<readonly (readonly [string, Buffer])[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        const bytes = await readFile(path);
        return [path, bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes] as const;
      }),
  );
}

async function expectNowhere(output: string): Promise<void> {
  expect(output).not.toContain(secret);
  const files = await readEverything(dirname(project.output));
  expect(files.filter(([path]) => path.includes('/blobs/sha256/')).length).toBeGreaterThan(3);
  expect(files.filter(([, bytes]) => bytes.includes(secret)).map(([path]) => path)).toEqual([]);
}

/** Command lines of all processes. */
async function readCommandLines(): Promise<string> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(processes.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.join('\n');
}

test(
  'a build secret is in no output, no record, no blob and no command line',
  async () => {
    const layout = join(project.output, '../layout');
    const run = await startCli(project, ['ship', '--no-containers', '--to', `oci:${layout}`], { TOKEN: secret });
    await run.sees(/load metadata for/);
    expect(await readCommandLines()).not.toContain(secret);
    const { exitCode, stdout, stderr } = await run.done;
    expect(exitCode).toBe(0);
    expect(stderr).toContain('token is ***');
    await expectNowhere(stdout + stderr);
  },
  MINUTES,
);

test(
  "the action's secrets are masked first and then appear nowhere",
  async () => {
    const layout = join(project.output, '../layout');
    const { exitCode, stdout, stderr } = await runAction(project, {
      to: `oci:${layout}`,
      secrets: `TOKEN: ${secret}`,
    });
    const mask = `::add-mask::${secret}`;
    expect(stdout.startsWith(mask)).toBe(true);
    expect(exitCode).toBe(0);
    await expectNowhere(stdout.replace(mask, '') + stderr);
  },
  MINUTES,
);

test(
  'a secret that is not set is said before anything is built',
  async () => {
    const result = await runCli(project, ['build']);
    expect(result).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining('✗ secret token of api: env.TOKEN is not set or empty\n  → Set the variable'),
    });
  },
  MINUTES,
);
