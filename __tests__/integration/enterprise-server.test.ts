import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeRepository, type Repository, runAction } from '../support/dist.ts';
import { type GitHubDouble, startGitHub } from '../support/github/double.ts';

const SERVER = { GITHUB_SERVER_URL: 'https://github.example.com', GITHUB_API_URL: 'https://github.example.com/api/v3' };
/** A token of a server whose jobs have no scope in the results service. */
const PLAIN = `a.${Buffer.from(JSON.stringify({ scp: 'Actions.Example' })).toString('base64url')}.b`;

let project: Repository;
let double: GitHubDouble;
beforeAll(async () => {
  double = await startGitHub();
  project = await makeRepository({
    Dockerfile: 'FROM debian:bookworm-slim\nUSER 10001\n',
    'slipway.yml': 'images:\n  tool: { dockerfile: Dockerfile, kind: job }\n',
  });
});
afterAll(async () => {
  await double.stop();
  await project.remove();
});
const payload = { repository: { full_name: 'team/project', default_branch: 'main' } };
const job = (inputs: Record<string, string>, env: Record<string, string>) =>
  runAction(project, { 'github-token': '', ...inputs }, { env: { ...SERVER, ...env }, payload });
const SENTENCE = /github\.example\.com offers no artifact service of the version that upload-artifact v4 speaks with/;

test.each<[string, Record<string, string>]>([
  ['no results service', { ACTIONS_RESULTS_URL: '', ACTIONS_RUNTIME_TOKEN: PLAIN }],
  [
    'one that its jobs may not use',
    { ACTIONS_RESULTS_URL: 'https://results.example.com', ACTIONS_RUNTIME_TOKEN: PLAIN },
  ],
])('with %s the plan and the gate say so in one sentence, and nothing is built', async (_, env) => {
  for (const inputs of [
    { command: 'plan', workflow: 'verify' },
    { command: 'check', workflow: 'verify' },
    { command: 'gate', needs: '{"plan":{"result":"failure","outputs":{}}}' },
  ]) {
    const result = await job(inputs, env);
    expect(result.exitCode).toBe(2);
    expect(result.stdout.match(/^::error.*$/gm)).toEqual([expect.stringMatching(SENTENCE)]);
    expect(result.stdout + result.stderr).toContain('command: ship or command: check');
    expect(result.stdout + result.stderr).not.toMatch(/has a bug|at .*\.ts:|\[build\]/);
  }
});

test('with an address behind which there is no service, the first job says that', async () => {
  double.state.failures.push({ match: /twirp/, status: 404, message: 'Not Found', times: 9 });
  const result = await job({ command: 'plan', workflow: 'verify' }, { ...double.jobEnv('7'), ...SERVER });
  expect(result.exitCode).toBe(2);
  expect(result.stdout).toMatch(/::error.*404, so this server does not have that service/);
  expect(result.stdout).toContain('Use the action in one job');
});

test('one job needs no such service', async () => {
  const result = await job({ command: 'plan' }, { ACTIONS_RESULTS_URL: '', ACTIONS_RUNTIME_TOKEN: PLAIN });
  expect(result.exitCode).toBe(0);
});
