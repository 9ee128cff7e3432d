import { commandLine } from '../commands.ts';
import { BINDINGS, conditionOf, mappingOf } from './grants.ts';
import { accountAddress, type GoogleSetup } from './setup.ts';
import type { ArtifactRepository } from '../artifact-registry.ts';

/** Between two lines of a mapping; the commas that gcloud would split at stand inside of one. */
const SEPARATOR = '~';

/** The same as the Terraform, for those who have none; it can be run again at any time. */
export function renderGcloud(setup: GoogleSetup): string {
  const { release, serviceAccount } = setup;
  const services = ['artifactregistry', 'iam', 'sts', ...(serviceAccount === undefined ? [] : ['iamcredentials'])];
  return [
    HEAD,
    `project=${release.project}`,
    'number=$(gcloud projects describe "$project" --format=\'value(projectNumber)\')',
    `gcloud services enable ${services.map((name) => `${name}.googleapis.com`).join(' ')} --project="$project"`,
    '',
    ...repositories(setup),
    '',
    ...identity(setup),
    '',
    ...bindings(setup),
    '',
    '# For google: in slipway.yml; it is no secret.',
    'echo "workload-identity-provider: $pool/providers/$provider"',
    '',
  ].join('\n');
}

const HEAD = `#!/usr/bin/env bash
# Written by \`slipway init google\`: what main.tf makes, by hand of gcloud. Makes what is missing, changes what differs, deletes nothing.
set -euo pipefail
cd "$(dirname "$0")"
quietly() { "$@" >/dev/null 2>&1; }`;

function repositories({ release, staging, immutable }: GoogleSetup): string[] {
  const make = (repository: ArtifactRepository, ...flags: readonly string[]): string => {
    const at = commandLine(`--project=${repository.project}`, `--location=${repository.location}`);
    const name = commandLine(repository.repository);
    return `quietly gcloud artifacts repositories describe ${name} ${at} ||\n  gcloud artifacts repositories create ${name} ${at} --repository-format=docker${flags.map((flag) => ` ${flag}`).join('')}`;
  };
  const at = commandLine(`--project=${staging.project}`, `--location=${staging.location}`);
  return [
    make(release, ...(immutable ? ['--immutable-tags'] : [])),
    make(staging),
    `gcloud artifacts repositories set-cleanup-policies ${commandLine(staging.repository)} ${at} --policy=staging-cleanup.json --no-dry-run`,
  ];
}

/** What `set-cleanup-policies` reads. */
export const CLEANUP_POLICIES = [
  { name: 'delete-after-14-days', action: { type: 'Delete' }, condition: { tagState: 'any', olderThan: '14d' } },
  { name: 'keep-buildcache', action: { type: 'Keep' }, condition: { tagState: 'tagged', tagPrefixes: ['buildcache'] } },
] as const;

/** The provider's flags, each one word. */
export function providerFlags(setup: GoogleSetup): readonly string[] {
  const mapping = Object.entries(mappingOf(setup)).map(([target, expression]) => `${target}=${expression}`);
  return [
    `--attribute-mapping=^${SEPARATOR}^${mapping.join(SEPARATOR)}`,
    `--attribute-condition=${conditionOf(setup)}`,
  ];
}

function identity(setup: GoogleSetup): string[] {
  const pools = 'gcloud iam workload-identity-pools';
  const at = '--project="$project" --location=global';
  const within = `${at} --workload-identity-pool=${setup.pool}`;
  const flags = providerFlags(setup).map((flag) => `  ${commandLine(flag)}`);
  return [
    `pool=projects/$number/locations/global/workloadIdentityPools/${setup.pool}`,
    `provider=${setup.provider}`,
    `quietly ${pools} describe ${setup.pool} ${at} ||\n  ${pools} create ${setup.pool} ${at} --display-name='GitHub Actions'`,
    `rules=(\n${flags.join('\n')}\n)`,
    `if quietly ${pools} providers describe "$provider" ${within}; then
  ${pools} providers update-oidc "$provider" ${within} "\${rules[@]}"
else
  ${pools} providers create-oidc "$provider" ${within} "\${rules[@]}" \\
    --issuer-uri=${setup.issuer}
fi`,
  ];
}

function bindings(setup: GoogleSetup): string[] {
  const account = accountAddress(setup);
  const set = (grant: string): string =>
    `"principalSet://iam.googleapis.com/$pool/attribute.grant/${grant}-${setup.repositoryId}"`;
  const rows = BINDINGS.map(({ grant, repository, role }) => {
    const member = account !== undefined && grant === 'publish' ? `serviceAccount:${account}` : set(grant);
    const { repository: name, location, project } = setup[repository];
    const words = commandLine(name, `--project=${project}`, `--location=${location}`, `--role=${role}`);
    return `gcloud artifacts repositories add-iam-policy-binding ${words} --member=${member} --format=none`;
  });
  if (account === undefined) return rows;
  const at = '--project="$project"';
  return [
    `quietly gcloud iam service-accounts describe ${account} ${at} ||\n  gcloud iam service-accounts create ${setup.serviceAccount ?? ''} ${at} --display-name='Publishes images'`,
    `gcloud iam service-accounts add-iam-policy-binding ${account} ${at} --role=roles/iam.workloadIdentityUser --member=${set('publish')} --format=none`,
    ...rows,
  ];
}
