import type { Claims } from '../../model/identity.ts';
import { explainCondition } from '../condition.ts';
import { contextOf, evaluateMapping } from '../mapping.ts';
import { ENVIRONMENTS, type Grant } from './grants.ts';
import { commitsOf, type GoogleSetup } from './setup.ts';

/** A job as GitHub would describe it, and what it is meant to get. */
export interface SampleJob {
  readonly name: string;
  readonly claims: Claims;
  readonly wanted: Grant | 'nothing' | 'refused';
}
/** The same with what mapping and condition give it. */
export interface JudgedJob extends SampleJob {
  readonly given: string;
  readonly right: boolean;
}

type MakeJob = (name: string, wanted: SampleJob['wanted'], ref: string, claims?: Claims) => SampleJob;

const PULL = 'refs/pull/7/merge';
const VERSION_TAG = 'refs/tags/v1.2.3';
const TAG = { ref_type: 'tag', environment: ENVIRONMENTS.release };
const BRANCH = { environment: ENVIRONMENTS.branch };
const STAGING = { environment: ENVIRONMENTS.staging };

/** Jobs that have to be told apart, with the claims that real ones of them have. */
export function sampleJobs(setup: GoogleSetup): readonly SampleJob[] {
  const { defaultBranch, pusher } = setup;
  const at = (ref: string): string => (pusher.type === 'own' ? ref : 'refs/tags/v1');
  const job: MakeJob = (name, wanted, ref, claims = {}) => ({
    name,
    wanted,
    claims: without({ ...baseClaims(setup), ref, job_workflow_ref: `${pusher.workflow}@${at(ref)}`, ...claims }),
  });
  const main = `refs/heads/${defaultBranch}`;
  const request = { event_name: 'pull_request', base_ref: defaultBranch, head_ref: 'topic' };
  return [
    job('release', 'publish', VERSION_TAG, TAG),
    job('default branch', 'publish', main, BRANCH),
    job('default branch, schedule', 'publish', main, { ...BRANCH, event_name: 'schedule' }),
    job('default branch, by hand', 'publish', main, { ...BRANCH, event_name: 'workflow_dispatch' }),
    job('candidate of the default branch', 'stage', main, STAGING),
    job('candidate of another branch', 'stage', 'refs/heads/topic', STAGING),
    job('candidate of a pull request', 'stage', PULL, { ...STAGING, ...request }),
    job('GPU test', 'gpu', main, { environment: ENVIRONMENTS.gpu, runner_environment: 'self-hosted' }),
    job('stack test', 'gpu', main, { environment: ENVIRONMENTS.stack }),
    job('other branch that names the environment', 'nothing', 'refs/heads/topic', BRANCH),
    job('branch that is named like the default one', 'nothing', `${main}-2`, BRANCH),
    job('pull request that names the environment', 'nothing', PULL, { ...BRANCH, ...request }),
    job('branch in the release environment', 'nothing', main, { environment: ENVIRONMENTS.release }),
    job('tag in the branch environment', 'nothing', VERSION_TAG, { ...TAG, ...BRANCH }),
    job('job without an environment', 'nothing', main),
    job('pull_request_target, which runs on the default branch', 'nothing', main, {
      ...BRANCH,
      event_name: 'pull_request_target',
    }),
    job('release by hand', 'nothing', VERSION_TAG, { ...TAG, event_name: 'workflow_dispatch' }),
    ...otherWorkflows(setup, job),
    ...mixedRefs(setup, job),
    ...otherRepositories(setup, job),
  ];
}

/** What would push if the workflow were not part of the identity. */
function otherWorkflows(setup: GoogleSetup, job: MakeJob): readonly SampleJob[] {
  const { pusher, repository, defaultBranch } = setup;
  const main = `refs/heads/${defaultBranch}`;
  const run = (name: string, claims: Claims): SampleJob => job(name, 'nothing', main, { ...BRANCH, ...claims });
  const mine = `${repository}/.github/workflows/mine.yml@${main}`;
  // One of the user's own is trusted by its branch instead of its commit.
  const byCommit = [
    run('other commit of the workflow', { job_workflow_sha: '0'.repeat(40) }),
    run('token without job_workflow_sha', { job_workflow_sha: undefined }),
  ];
  return [
    run('other workflow of the repository', { job_workflow_ref: mine }),
    run('workflow whose name begins alike', { job_workflow_ref: `${pusher.workflow}.yml@${main}` }),
    run('token without job_workflow_ref', { job_workflow_ref: undefined }),
    ...(pusher.type === 'own' ? [] : byCommit),
  ];
}

/** The names are right in each but the first. */
function otherRepositories({ defaultBranch }: GoogleSetup, job: MakeJob): readonly SampleJob[] {
  const run = (name: string, claims: Claims): SampleJob =>
    job(name, 'refused', `refs/heads/${defaultBranch}`, { ...BRANCH, ...claims });
  const fork = { repository: 'someone/fork', repository_id: '999000111', repository_owner_id: '555000111' };
  return [
    run('fork', fork),
    run('other repository of the owner', { repository_id: '999000222' }),
    run('repository of that name after it was deleted', { repository_id: '999000333' }),
    run('same repository under another owner', { repository_owner_id: '555000222' }),
  ];
}

/** A workflow of the user's own that is called by another of theirs: its ref and that of the run differ. */
function mixedRefs({ pusher, defaultBranch }: GoogleSetup, job: MakeJob): readonly SampleJob[] {
  if (pusher.type === 'called') return [];
  const from = (ref: string): Claims => ({ job_workflow_ref: `${pusher.workflow}@${ref}` });
  const main = `refs/heads/${defaultBranch}`;
  const other = { job_workflow_ref: `${pusher.workflow}.yml@${main}`, environment: ENVIRONMENTS.staging };
  return [
    job('another branch’s workflow, called on the default branch', 'nothing', main, {
      ...BRANCH,
      ...from('refs/heads/topic'),
    }),
    job('the default branch’s workflow, called on another branch', 'nothing', 'refs/heads/topic', {
      ...BRANCH,
      ...from(main),
    }),
    job('a branch’s workflow, called on a tag', 'nothing', VERSION_TAG, { ...TAG, ...from('refs/heads/topic') }),
    job('a tag’s workflow, called on a branch', 'nothing', main, {
      ...TAG,
      ref_type: 'branch',
      ...from('refs/tags/v1.2.3'),
    }),
    job('candidate of another workflow', 'nothing', main, other),
  ];
}

function baseClaims(setup: GoogleSetup): Claims {
  const [owner = ''] = setup.repository.split('/');
  return {
    iss: setup.issuer,
    sub: `repo:${setup.repository}:sample`,
    repository: setup.repository,
    repository_id: setup.repositoryId,
    repository_owner: owner,
    repository_owner_id: setup.ownerId,
    event_name: 'push',
    ref_type: 'branch',
    ref_protected: 'true',
    job_workflow_sha: commitsOf(setup).at(-1) ?? 'c'.repeat(40),
    workflow_ref: `${setup.repository}/.github/workflows/ci.yml@refs/heads/${setup.defaultBranch}`,
    run_id: '9876543210',
    run_attempt: '1',
    check_run_id: '12345678901',
    runner_environment: 'github-hosted',
  };
}

function without(claims: Claims): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

/** Evaluates mapping and condition on every sample, as Google would. */
export function judgeSamples(
  mapping: Readonly<Record<string, string>>,
  condition: string,
  samples: readonly SampleJob[],
): readonly JudgedJob[] {
  return samples.map((sample) => {
    const given = judge(mapping, condition, sample.claims);
    const repositoryId = String(sample.claims['repository_id']);
    const expected =
      { nothing: 'none', refused: 'refused' }[sample.wanted as string] ?? `${sample.wanted}-${repositoryId}`;
    return { ...sample, given, right: given === expected };
  });
}

function judge(mapping: Readonly<Record<string, string>>, condition: string, claims: Claims): string {
  const attributes = evaluateMapping(mapping, claims);
  const report = explainCondition(condition, contextOf(attributes, claims));
  if (!report.parsed || !report.holds) return 'refused';
  const grant = attributes.find(({ target }) => target === 'attribute.grant');
  return grant?.problem === undefined ? String(grant?.value) : 'refused';
}
