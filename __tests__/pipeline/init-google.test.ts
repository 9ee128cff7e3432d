import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeFiles } from '../../src/io/files.ts';
import { initGoogle } from '../../src/pipeline/init-google.ts';
import { renderInitGoogle } from '../../src/report/init-google.ts';
import { makeFolder } from '../support/folder.ts';
import { ANSWERS, CALLED } from '../support/google-setup.ts';

const [OLD, NEW] = ['a'.repeat(40), 'd'.repeat(40)];
const pinning = (commit: string): string => `jobs:\n  images:\n    uses: ${CALLED}@${commit} # v1\n`;
const GIVEN = Object.fromEntries(
  Object.entries(ANSWERS).filter(([name]) => name !== 'workflow-commit' && name !== 'staging'),
);

async function setUp(workflow: string) {
  const directory = await makeFolder({ '.github/workflows/ci.yml': workflow });
  const effects = { env: {}, files: makeFiles({ temporary: directory }) };
  const output = join(directory, 'infra/google');
  const run = (change: object = {}) =>
    initGoogle(effects, { directory, output, given: GIVEN, update: false, ...change });
  return { directory, output, effects, run };
}

test('commits come from the workflows of the repository, and everything is written once', async () => {
  const { output, run } = await setUp(
    `${pinning(OLD)}  other:\n    uses: someone/else/.github/workflows/images.yml@${NEW}\n`,
  );
  const report = await run();
  expect(report).toMatchObject({ folder: 'infra/google', added: [OLD], dropped: [] });
  expect((await readdir(output)).sort()).toEqual([...report.files].sort());
  expect(renderInitGoogle(report)).toMatch(/publish-456789 +release\n/);
  await expect(run()).rejects.toThrow('there is a setup already');
});

test('an update trusts what is pinned now, says what it dropped, and leaves the Terraform alone', async () => {
  const { directory, output, run } = await setUp(pinning(OLD));
  await run();
  await writeFile(join(output, 'main.tf'), '# mine');
  await writeFile(join(directory, '.github/workflows/ci.yml'), pinning(NEW));
  const report = await run({ update: true, given: {} });
  expect(report).toMatchObject({ added: [NEW], dropped: [OLD] });
  expect(renderInitGoogle(report)).toMatch(/- a{40} {3}no longer/);
  expect(await readFile(join(output, 'main.tf'), 'utf8')).toBe('# mine');
  const rules = await readFile(join(output, 'grants.auto.tfvars.json'), 'utf8');
  expect([rules.includes(NEW), rules.includes(OLD)]).toEqual([true, false]);
});

test('a job of GitHub’s knows its repository; nothing pinned and nothing to update are told', async () => {
  const { effects, directory, output, run } = await setUp('jobs: {}');
  await expect(run()).rejects.toThrow(/no commit of/);
  await expect(run({ update: true })).rejects.toThrow('there is no setup to update');
  const env = { GITHUB_REPOSITORY: 'octo-org/octo-repo', GITHUB_REPOSITORY_ID: '1', GITHUB_REPOSITORY_OWNER_ID: '2' };
  const given = { registry: ANSWERS.registry, workflow: CALLED, 'workflow-commit': [OLD] };
  const report = await initGoogle({ ...effects, env }, { directory, output, given, update: false });
  expect(report.jobs).toContainEqual({ name: 'release', given: 'publish-1' });
  expect(await readFile(join(output, 'main.tf'), 'utf8')).toContain('https://token.actions.githubusercontent.com');
  const server = { ...env, GITHUB_SERVER_URL: 'https://github.acme.example' };
  const elsewhere = join(directory, 'server');
  await initGoogle({ ...effects, env: server }, { directory, output: elsewhere, given, update: false });
  expect(await readFile(join(elsewhere, 'main.tf'), 'utf8')).toContain('"https://github.acme.example/_services/token"');
});
