import { describe, expect, test } from '@jest/globals';
import { clauseLines, explainCondition } from '../../src/google/condition.ts';
import { contextOf, evaluateMapping } from '../../src/google/mapping.ts';
import { CLAIMS, claimsWith } from '../support/claims.ts';

function failing(condition: string, changes: Readonly<Record<string, unknown>> = {}) {
  const report = explainCondition(condition, { assertion: claimsWith(changes) });
  if (!report.parsed) throw new Error(report.problem);
  return report.clauses.filter(({ holds }) => !holds);
}

test.each([
  "assertion.repository_id == '456789'",
  "assertion.repository_owner_id=='123456' && assertion.repository_id=='456789'",
  "assertion.ref.startsWith('refs/heads/') && (assertion.event_name in ['push', 'schedule'])",
  "assertion.ref == 'refs/heads/main' || assertion.ref_type == 'tag'",
  "!(assertion.event_name == 'pull_request')",
  "assertion.job_workflow_ref.matches('^octo-org/slipway/.+@refs/tags/v[0-9]+$')",
  'assertion.exp - assertion.iat == 300',
  'has(assertion.ref) && !has(assertion.environment)',
  "assertion.sub.extract('repo:{repo}:') == 'octo-org/octo-repo'",
  'true',
])('%s holds', (condition) => {
  expect(failing(condition)).toEqual([]);
});

describe('a clause that does not hold says what was seen and why', () => {
  test.each([
    [
      "assertion.environment == 'release'",
      {},
      /environment is missing \(the job has no environment:\)/,
      /write environment: NAME/,
    ],
    ["assertion.environment == 'release'", { environment: 'staging' }, /environment is "staging"/, /^$/],
    [
      "assertion.ref == 'refs/heads/main'",
      { ref: 'refs/pull/7/merge' },
      /ref is "refs\/pull\/7\/merge"/,
      /pull request runs on/,
    ],
    ["assertion.ref == 'refs/heads/main'", { ref: 'refs/tags/v1.2.3' }, /refs\/tags\/v1/, /release or tag runs on/],
    ["assertion.ref == 'main'", {}, /refs\/heads\/main/, /write the whole ref/],
    ["assertion.repository == 'Octo-Org/octo-repo'", {}, /octo-org/, /letter case/],
    [
      "assertion.sub == 'repo:octo-org/octo-repo:ref:refs/heads/main'",
      { sub: 'repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main' },
      /@123456/,
      /2026-07-15/,
    ],
    [
      "assertion.job_workflow_ref == 'octo-org/slipway/.github/workflows/images.yml@refs/heads/main'",
      {},
      /@refs\/tags\/v1/,
      /after @ is not: refs\/tags\/v1/,
    ],
    ['assertion.repository_id == 456789', {}, /repository_id is "456789"/, /number in quotes/],
    ["assertion.repository == 'octo-org/*'", {}, /octo-repo/, /ordinary character/],
    [
      "assertion.ref in ['refs/heads/main', 'refs/heads/next']",
      { ref: 'refs/pull/7/merge' },
      /pull/,
      /pull request runs on/,
    ],
    ["assertion.ref.startsWith('refs/heads/')", { ref: 'refs/tags/v1' }, /tags/, /release or tag/],
    ["attribute.grant == 'x'", {}, /attribute\.grant is missing/, /^$/],
    ["assertion.Repository == 'x'", {}, /the claim is called repository/, /^$/],
  ])('%s %p', (condition, changes, seen, hint) => {
    const [clause, ...others] = failing(condition, changes);
    expect(others).toEqual([]);
    expect(clause?.seen.join()).toMatch(seen);
    expect(clause?.hints.join('\n')).toMatch(hint);
  });
});

test('only the clauses that fail are marked, each on its own line', () => {
  const condition =
    "assertion.repository_id == '456789' && (assertion.environment == 'release' && assertion.event_name == 'push')";
  const report = explainCondition(condition, { assertion: CLAIMS });
  expect(report.parsed && clauseLines(report.clauses)).toEqual([
    "ok   assertion.repository_id == '456789'",
    "FAIL assertion.environment == 'release': assertion.environment is missing (the job has no environment:)",
    '     write environment: NAME into the job that publishes; it is part of the identity',
    "ok   assertion.event_name == 'push'",
  ]);
});

test('a missing claim in one alternative does not hide that the other holds', () => {
  expect(failing("assertion.environment == 'x' || assertion.event_name == 'push'")).toEqual([]);
});

test.each(['assertion.ref ==', 'assertion.ref = 1', '', "a && 'unclosed"])('%p is not CEL', (condition) => {
  expect(explainCondition(condition, { assertion: CLAIMS })).toMatchObject({ parsed: false });
});

describe('grants', () => {
  const workflow = "assertion.job_workflow_ref.startsWith('octo-org/slipway/.github/workflows/images.yml@')";
  const mapping = {
    'google.subject': "assertion.repository_id + ':' + assertion.run_id + ':' + assertion.run_attempt",
    'attribute.grant':
      `!(${workflow} && assertion.job_workflow_sha in ['${'a'.repeat(40)}']) ? 'none' : ` +
      "!has(assertion.environment) ? 'none' : " +
      "assertion.environment == 'images-staging' ? 'stage-' + assertion.repository_id : " +
      "assertion.environment == 'images' && assertion.ref == 'refs/heads/main' && assertion.event_name in ['push', 'schedule', 'workflow_dispatch'] ? 'publish-' + assertion.repository_id : " +
      "assertion.environment == 'release' && assertion.ref_type == 'tag' && assertion.event_name == 'push' ? 'publish-' + assertion.repository_id : 'none'",
  };
  test.each([
    ['default branch', { environment: 'images' }, 'publish-456789'],
    ['release', { environment: 'release', ref: 'refs/tags/v1.2.3', ref_type: 'tag' }, 'publish-456789'],
    ['another branch', { environment: 'images', ref: 'refs/heads/x' }, 'none'],
    ['a pull request', { environment: 'images', ref: 'refs/pull/7/merge', event_name: 'pull_request' }, 'none'],
    ['staging', { environment: 'images-staging', ref: 'refs/heads/x' }, 'stage-456789'],
    ['no environment', {}, 'none'],
    [
      'another workflow',
      { environment: 'images', job_workflow_ref: 'octo-org/octo-repo/.github/workflows/x.yml@refs/heads/main' },
      'none',
    ],
    ['another commit of the workflow', { environment: 'images', job_workflow_sha: 'b'.repeat(40) }, 'none'],
    ['another repository', { environment: 'images', repository_id: '1' }, 'publish-1'],
  ])('%s', (_name, changes, grant) => {
    const attributes = evaluateMapping(mapping, claimsWith(changes));
    expect(attributes.find(({ target }) => target === 'attribute.grant')).toMatchObject({ value: grant });
    const report = explainCondition(
      "assertion.repository_id == '456789' && attribute.grant != 'none'",
      contextOf(attributes, claimsWith(changes)),
    );
    expect(report).toMatchObject({ holds: grant.endsWith('456789') });
  });
});
