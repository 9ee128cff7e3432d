import type { Effects } from '../model/effects.ts';
import type { Claims } from '../model/identity.ts';
import { REPOSITORY } from '../model/version.ts';
import type { BuildOrigin } from '../publish/provenance.ts';

/** Claims worth keeping beside an image: ids that outlive renaming, and where it ran. */
const KEPT = [
  'repository_id',
  'repository_owner_id',
  'runner_environment',
  'workflow_ref',
  'job_workflow_sha',
] as const;
/** The same as the runner says them, for a job that asked for no token. */
const SAID = {
  repository_id: 'GITHUB_REPOSITORY_ID',
  repository_owner_id: 'GITHUB_REPOSITORY_OWNER_ID',
  runner_environment: 'RUNNER_ENVIRONMENT',
  workflow_ref: 'GITHUB_WORKFLOW_REF',
} as const;

/** Who builds, out of the claims of the job's token where there is one; the workflow that runs is then the builder. */
export function findOrigin({ env }: Pick<Effects, 'env'>, claims: Claims = {}): BuildOrigin {
  const server = env['GITHUB_SERVER_URL'] ?? 'https://github.com';
  const claim = (name: string): string | undefined => (typeof claims[name] === 'string' ? claims[name] : undefined);
  const job = Object.fromEntries(
    KEPT.flatMap((name) => {
      const value = claim(name) ?? (name in SAID ? env[SAID[name as keyof typeof SAID]] : undefined);
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const workflow = claim('job_workflow_ref') ?? env['GITHUB_WORKFLOW_REF'];
  const repository = claim('repository') ?? env['GITHUB_REPOSITORY'];
  const ref = claim('ref') ?? env['GITHUB_REF'];
  const run = claim('run_id') ?? env['GITHUB_RUN_ID'];
  const attempt = claim('run_attempt') ?? env['GITHUB_RUN_ATTEMPT'] ?? '1';
  return {
    // Nobody vouches for what ran on a laptop.
    builder: workflow === undefined ? `https://github.com/${REPOSITORY}/command-line` : `${server}/${workflow}`,
    job,
    ...(repository === undefined ? {} : { repository: `${server}/${repository}` }),
    ...(ref === undefined ? {} : { ref }),
    ...(repository === undefined || run === undefined
      ? {}
      : { invocation: `${server}/${repository}/actions/runs/${run}/attempts/${attempt}` }),
  };
}
