import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OPERATIONS } from '../support/github/description.ts';
import { type GitHubDouble, startGitHub } from '../support/github/double.ts';
import { PERMISSIONS, ROUTES } from '../support/github/routes.ts';
import { FORK } from '../support/github/state.ts';

/** What the tests of the client stand on: a double that says yes to everything would prove nothing. */
let double: GitHubDouble;
beforeAll(async () => {
  double = await startGitHub();
  double.state.pulls.push({ number: 1, head: { sha: 'a'.repeat(40), ref: 'x' } });
});
afterAll(async () => {
  await double.stop();
});

async function ask(line: string, body?: object, token = double.token()): Promise<number> {
  const [method = '', path = ''] = line.split(' ');
  const response = await fetch(`${double.origin}${path.replace('~', '/repos/team/project')}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.status;
}

const CHECK = { name: 'x', head_sha: 'a'.repeat(40), status: 'completed', conclusion: 'success' };
const OUTPUT = { title: 't', summary: 's' };
const line = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'failure', message: 'm' };
const SARIF = { commit_sha: 'a'.repeat(40), ref: 'refs/heads/main', sarif: 'x' };

describe('what GitHub takes', () => {
  test.each<[number, string, object | undefined]>([
    [201, 'POST ~/check-runs', { ...CHECK, output: OUTPUT }],
    [201, 'POST ~/issues/1/comments', { body: 'x' }],
    [200, 'GET ~/issues/1/comments?per_page=100&page=2', undefined],
    [200, 'GET ~/actions/runs/1/jobs?filter=latest', undefined],
    [200, 'GET ~/actions/cache/usage', undefined],
  ])('%i for %s %j', async (status, asked, body) => {
    expect(await ask(asked, body)).toBe(status);
  });
});

describe('what GitHub refuses', () => {
  test.each<[number, string, object | undefined]>([
    [422, 'POST ~/check-runs', { name: 'x' }],
    [422, 'POST ~/check-runs', { ...CHECK, conclusion: undefined }],
    [422, 'POST ~/check-runs', { ...CHECK, conclusion: 'green' }],
    [422, 'POST ~/check-runs', { ...CHECK, output: { title: 't' } }],
    [422, 'POST ~/check-runs', { ...CHECK, output: { ...OUTPUT, summary: 'x'.repeat(65_536) } }],
    [
      422,
      'POST ~/check-runs',
      { ...CHECK, output: { ...OUTPUT, annotations: Array.from({ length: 51 }, () => line) } },
    ],
    [422, 'POST ~/check-runs', { ...CHECK, output: { ...OUTPUT, annotations: [{ ...line, start_line: '1' }] } }],
    [
      422,
      'POST ~/check-runs',
      { ...CHECK, output: { ...OUTPUT, annotations: [{ ...line, annotation_level: 'error' }] } },
    ],
    [
      422,
      'POST ~/check-runs',
      { ...CHECK, output: { ...OUTPUT, annotations: [{ ...line, message: 'x'.repeat(70_000) }] } },
    ],
    [422, 'POST ~/check-runs', { ...CHECK, output: { ...OUTPUT, annotations: [{ ...line, path: '/etc/passwd' }] } }],
    [422, 'POST ~/issues/1/comments', {}],
    [422, 'POST ~/issues/1/comments', { body: 'x'.repeat(65_537) }],
    [422, 'POST ~/code-scanning/sarifs', { ...SARIF, commit_sha: 'main' }],
    [422, 'POST ~/code-scanning/sarifs', { ...SARIF, ref: 'main' }],
    [422, 'POST ~/code-scanning/sarifs', { ...SARIF, more: 1 }],
    [422, 'GET ~/issues/1/comments?perpage=100', undefined],
    [422, 'GET ~/actions/runs/1/jobs?filter=newest', undefined],
    [404, 'POST ~/issues/9/comments', { body: 'x' }],
    [404, 'GET ~/nothing', undefined],
    [404, 'GET /repos/other/project/pulls', undefined],
  ])('%i for %s %j', async (status, asked, body) => {
    expect(await ask(asked, body)).toBe(status);
  });

  test('a token that is none, and one that may not', async () => {
    expect(await ask('GET ~/pulls', undefined, 'ghs_other')).toBe(401);
    expect(await ask('POST ~/issues/1/comments', { body: 'x' }, double.token(FORK))).toBe(403);
    expect(await ask('GET ~/pulls', undefined, double.token({}))).toBe(403);
  });
});

test('every route of the description is answered and takes a permission, and no other is', () => {
  const ids = OPERATIONS.map(({ id }) => id).toSorted();
  expect(Object.keys(ROUTES).toSorted()).toEqual(ids);
  expect([...Object.keys(PERMISSIONS), 'users/get-authenticated'].toSorted()).toEqual(ids);
});
