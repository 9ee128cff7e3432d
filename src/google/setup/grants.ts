import { Fault } from '../../model/fault.ts';
import { NUMERIC_SUBJECT } from '../mapping.ts';
import type { GoogleSetup } from './setup.ts';

/** What a job may do. */
export type Grant = 'stage' | 'gpu' | 'publish';

/** GitHub environments a grant depends on; a job cannot change its own. */
export const ENVIRONMENTS = {
  staging: 'images-staging',
  gpu: 'images-gpu',
  stack: 'images-stack',
  branch: 'images',
  release: 'release',
} as const;

/** Longest expression of a mapping (IAM, "WorkloadIdentityPoolProvider.attributeMapping"). */
const EXPRESSION_LIMIT = 2048;

/** Who may use the provider at all. Ids are texts in a token, and they outlive renaming. */
export function conditionOf({ repositoryId, ownerId }: GoogleSetup): string {
  return `assertion.repository_owner_id == '${ownerId}' && assertion.repository_id == '${repositoryId}'`;
}

/**
 * What a token stands for in bindings. The decision is made here and not in the condition, so that one provider serves every job and
 * a binding names its result; the repository's id is part of it because principal sets hold for the whole pool.
 */
export function mappingOf(setup: GoogleSetup): Readonly<Record<string, string>> {
  const [, subject = ''] = /^google\.subject=(.*)$/s.exec(NUMERIC_SUBJECT) ?? [];
  return {
    'google.subject': subject,
    'attribute.repository_id': 'assertion.repository_id',
    'attribute.check_run_id': "has(assertion.check_run_id) ? assertion.check_run_id : 'none'",
    'attribute.grant': requireShort(grantExpression(setup)),
  };
}

function grantExpression(setup: GoogleSetup): string {
  const rows = [
    [isIn([ENVIRONMENTS.staging]), 'stage'],
    [isIn([ENVIRONMENTS.gpu, ENVIRONMENTS.stack]), 'gpu'],
    [branchRule(setup), 'publish'],
    [releaseRule(setup), 'publish'],
  ] as const;
  const chosen = rows.map(([rule, grant]) => `${rule} ? '${grant}-' + assertion.repository_id : `).join('');
  return `has(assertion.environment) && ${workflowRule(setup)} ? (${chosen}'none') : 'none'`;
}

function isIn(environments: readonly string[]): string {
  const [first = '', ...others] = environments.map((name) => `'${name}'`);
  return others.length === 0
    ? `assertion.environment == ${first}`
    : `assertion.environment in [${[first, ...others].join(', ')}]`;
}

/** Without this, whoever may push a branch may add a workflow that skips every check. */
function workflowRule({ pusher }: GoogleSetup): string {
  const from = `has(assertion.job_workflow_ref) && assertion.job_workflow_ref.startsWith('${pusher.workflow}@')`;
  if (pusher.type === 'own') return from;
  const commits = pusher.commits.map((commit) => `'${commit}'`).join(', ');
  return `${from} && has(assertion.job_workflow_sha) && assertion.job_workflow_sha in [${commits}]`;
}

function branchRule({ defaultBranch, pusher }: GoogleSetup): string {
  const ref = `refs/heads/${defaultBranch}`;
  const events = "assertion.event_name in ['push', 'schedule', 'workflow_dispatch']";
  const own = pusher.type === 'own' ? ` && assertion.job_workflow_ref == '${pusher.workflow}@${ref}'` : '';
  return `${isIn([ENVIRONMENTS.branch])} && assertion.ref == '${ref}' && ${events}${own}`;
}

function releaseRule({ pusher }: GoogleSetup): string {
  const own =
    pusher.type === 'own' ? ` && assertion.job_workflow_ref.startsWith('${pusher.workflow}@refs/tags/v')` : '';
  return `${isIn([ENVIRONMENTS.release])} && assertion.ref_type == 'tag' && assertion.event_name == 'push'${own}`;
}

function requireShort(expression: string): string {
  if (expression.length <= EXPRESSION_LIMIT) return expression;
  throw new Fault(
    `the mapping has ${String(expression.length)} characters, Google takes ${String(EXPRESSION_LIMIT)}: too many commits of the workflow are trusted`,
    { remedy: 'Name fewer commits: those that your branches pin today.' },
  );
}

/** Who gets which role where; the only place that says so. */
export interface GrantBinding {
  readonly grant: Grant;
  readonly repository: 'release' | 'staging';
  readonly role: 'roles/artifactregistry.writer' | 'roles/artifactregistry.reader';
}
const WRITER = 'roles/artifactregistry.writer';
const READER = 'roles/artifactregistry.reader';
/** The writer's role can neither delete a tag nor a version, which is why nothing more is given. */
export const BINDINGS: readonly GrantBinding[] = [
  { grant: 'stage', repository: 'staging', role: WRITER },
  { grant: 'stage', repository: 'release', role: READER },
  { grant: 'gpu', repository: 'staging', role: READER },
  { grant: 'publish', repository: 'release', role: WRITER },
  { grant: 'publish', repository: 'staging', role: READER },
];
