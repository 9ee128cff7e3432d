import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseRecord } from '../../src/model/record-parse.ts';
import { type ActionResult, makeRepository, type Repository, runAction } from '../support/dist.ts';
import { findProgram, type RealRegistry, startDockerRegistry } from '../support/docker-registry.ts';

const MINUTES = 3 * 60_000;
const program = findProgram('docker-registry');
// robot:pa:ss, bcrypt with the least cost
const HTPASSWD = 'robot:$2b$04$abcdefghijklmnopqrstuu2auYx.qp9Oa3Pif.hfhenSQE6jLNfY6\n';
const LOGIN = '{ username: robot, password: "pa:ss" }';
const ENCODED = Buffer.from('robot:pa:ss').toString('base64');

let project: Repository;
let release: RealRegistry;
let staging: RealRegistry;
beforeAll(async () => {
  if (program === undefined) return;
  [release, staging] = await Promise.all([
    startDockerRegistry(program, HTPASSWD),
    startDockerRegistry(program, HTPASSWD),
  ]);
  project = await makeRepository({
    Dockerfile: 'FROM debian:bookworm-slim\nUSER 10001:10001\nCMD ["sh", "-c", "exec sleep 1"]\n',
    'slipway.yml': `registry: ${release.host}/team\nstaging: ${staging.host}/staging\nimages:\n  tool: { dockerfile: Dockerfile, kind: job }\n`,
  });
}, MINUTES);
afterAll(async () => {
  if (program === undefined) return;
  await Promise.all([release.stop(), staging.stop()]);
  await project.remove();
});

/** A job of a workflow run on its own machine, which knows no login of its own. */
async function job(command: string, logins: readonly string[], output = command): Promise<ActionResult> {
  const temporary = dirname(project.output);
  const inputs = {
    command,
    output: join(temporary, output),
    'registry-credentials': logins.map((host) => `${host}: ${LOGIN}`).join('\n'),
  };
  const env = { GITHUB_RUN_ID: '77', DOCKER_CONFIG: join(temporary, 'none') };
  const payload = { repository: { full_name: 'team/project', default_branch: 'main' } };
  const result = await runAction(project, inputs, { env, payload });
  expect(result.stdout).toContain(`::add-mask::${ENCODED}`);
  const shown = [result.stdout.replace(/^::add-mask::.*$/gm, ''), result.stderr, result.summary];
  for (const text of shown) expect([text.includes('pa:ss'), text.includes(ENCODED)]).toEqual([false, false]);
  return result;
}
const recordOf = async (command: string) => {
  const path = join(dirname(project.output), command, 'record.json');
  return parseRecord(await readFile(path, 'utf8'), path);
};

(program === undefined ? describe.skip : describe)('registries with a user name and a password', () => {
  test(
    'the build job shows the login of staging, the publishing job those of both; the build cache goes along',
    async () => {
      const built = await job('stage', [staging.host]);
      expect(built.exitCode).toBe(0);
      expect(built.stdout + built.stderr).toMatch(/exporting cache to registry/);
      expect(built.stdout + built.stderr).not.toMatch(/failed exporting cache|unauthorized/);
      expect((await recordOf('stage')).images[0]?.staged?.digest).toMatch(/^sha256:/);
      const published = await job('publish', [staging.host, release.host]);
      expect(published.exitCode).toBe(0);
      const [image] = (await recordOf('publish')).images;
      expect(image?.published?.tags.map(({ tag }) => tag)).toContain('main');
      expect(image?.published?.digest).toBe((await recordOf('stage')).images[0]?.staged?.digest);
    },
    MINUTES,
  );

  test(
    'a job that was given no login for a host ends before it pushes, and says how to give one',
    async () => {
      const result = await job('publish', [staging.host], 'without');
      expect(result.exitCode).toBe(2);
      expect(result.stdout).toMatch(new RegExp(`${release.host} asks for a login and there are no credentials`));
      expect(result.stdout).toContain('registry-credentials');
    },
    MINUTES,
  );
});
