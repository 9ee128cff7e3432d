import { commandLine } from '../commands.ts';
import { ENVIRONMENTS } from './grants.ts';
import { accountAddress, addressOf, type GoogleSetup } from './setup.ts';

/** What belongs into slipway.yml, with the number left open that Google gives. */
export function renderConfig(setup: GoogleSetup, folder: string): string {
  const account = setup.pusher.type === 'own' ? accountAddress(setup) : undefined;
  return [
    `registry: ${addressOf(setup.release)}`,
    `staging: ${addressOf(setup.staging)}`,
    'google:',
    `  workload-identity-provider: projects/NUMBER/locations/global/workloadIdentityPools/${setup.pool}/providers/${setup.provider}`,
    ...(account === undefined ? [] : [`  service-account: ${account}`]),
    `  provider-file: ${folder}/provider.json   # a refusal is explained clause by clause`,
    '  wait-for-iam: 5m   # Google takes that long to know of a new grant; take it out later',
    ...(setup.immutable
      ? ['tags:   # nothing that moves', '  branch: ["sha-{sha:12}"]', '  release: ["{version}"]']
      : []),
    '',
  ].join('\n');
}

/** The page beside the files: what to run, and what neither Terraform nor gcloud can make. */
export function renderNotes(setup: GoogleSetup, folder: string): string {
  return `# Publishing without a stored key: ${setup.repository}

Written by \`slipway init google\`. Run one of the two; both make the same, and both may be run again.

\`\`\`console
$ terraform -chdir=${folder} init && terraform -chdir=${folder} apply
$ bash ${folder}/setup.sh
\`\`\`

Then into \`slipway.yml\`, with the number that either prints:

\`\`\`yaml
${renderConfig(setup, folder)}\`\`\`
${accountNote(setup)}
## What has to be done at GitHub
A grant depends on the environment of a job, so environments have to be closed to whoever may push a branch:

\`\`\`console
${githubCommands(setup)
  .map((line) => `$ ${line}`)
  .join('\n')}
\`\`\`

Give \`${ENVIRONMENTS.release}\` reviewers, and \`${ENVIRONMENTS.gpu}\` too where its runners are your own machines. Protect the branch \`${setup.defaultBranch}\`: whoever may push to it may publish.

## Later
${laterNote(setup, folder)}
`;
}

function accountNote(setup: GoogleSetup): string {
  const account = accountAddress(setup);
  if (account === undefined || setup.pusher.type === 'own') return '';
  return `\nOnly the publishing job may act as the account: give it as an input of that step (\`service-account: ${account}\`), not in \`slipway.yml\`.\n`;
}

function laterNote({ pusher }: GoogleSetup, folder: string): string {
  if (pusher.type === 'own')
    return `What is trusted is the workflow \`${pusher.workflow}\` on the default branch and on tags \`v…\`. Whoever may change it there may change what is published.`;
  return `Trusted is \`${pusher.workflow}\` at the commits of the mapping. When your workflows pin another one: \`slipway init google --update --output ${folder}\`, then apply again.`;
}

/** Lines for the GitHub command line: environments with their branches and tags, and the rule that protects release tags. */
function githubCommands({ repository, defaultBranch }: GoogleSetup): readonly string[] {
  const api = (method: string, path: string, ...words: readonly string[]): string =>
    commandLine('gh', 'api', '--method', method, `repos/${repository}/${path}`, ...words);
  const closed = '{"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}}';
  const close = (name: string): string => `${api('PUT', `environments/${name}`, '--input', '-')} <<< '${closed}'`;
  const allow = (name: string, pattern: string, type: string): string =>
    api('POST', `environments/${name}/deployment-branch-policies`, '-f', `name=${pattern}`, '-f', `type=${type}`);
  const open = (name: string): string => api('PUT', `environments/${name}`);
  return [
    close(ENVIRONMENTS.branch),
    allow(ENVIRONMENTS.branch, defaultBranch, 'branch'),
    close(ENVIRONMENTS.release),
    allow(ENVIRONMENTS.release, 'v*', 'tag'),
    open(ENVIRONMENTS.staging),
    open(ENVIRONMENTS.gpu),
    open(ENVIRONMENTS.stack),
    `${api('POST', 'rulesets', '--input', '-')} <<< '${JSON.stringify(TAG_RULES)}'`,
  ];
}

/** 5 is the role of repository administrators (GitHub REST, "repository rules"). */
const TAG_RULES = {
  name: 'release tags',
  target: 'tag',
  enforcement: 'active',
  conditions: { ref_name: { include: ['refs/tags/v*'], exclude: [] } },
  rules: [{ type: 'creation' }, { type: 'update' }, { type: 'deletion' }],
  bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
};
