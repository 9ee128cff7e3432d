import type { Claims, WorkloadIdentity } from '../model/identity.ts';
import type { ArtifactRepository } from './artifact-registry.ts';
import { parseProvider } from './names.ts';
import { listPrincipals } from './principals.ts';

/** Lines a person can copy into a shell: every value is quoted, whatever it holds. */
export function commandLine(...words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The names this token has in bindings; without the provider's mapping the one that the mapping of `slipway init google` and most guides give. */
export function principalsOf(
  identity: WorkloadIdentity,
  claims: Claims,
  mapping: Readonly<Record<string, string>> | undefined,
): readonly string[] {
  const name = parseProvider(identity.provider);
  if (name === undefined) return [];
  const usual = { 'attribute.repository_id': 'assertion.repository_id' };
  return listPrincipals(name, mapping ?? usual, claims);
}

/** The one to bind: a grant says most, an id cannot be taken over, a name is better than nothing. */
export function bestPrincipal(principals: readonly string[]): string | undefined {
  const order = ['/attribute.grant/', '/attribute.repository_id/', '/attribute.repository/'];
  const found = order.map((part) =>
    principals.find((principal) => principal.includes(part) && !principal.endsWith('/none')),
  );
  return (
    found.find((principal) => principal !== undefined) ?? principals.find((one) => one.startsWith('principalSet:'))
  );
}

/** Gives a member a role on one repository; never on the project. */
export function bindRepository(repository: ArtifactRepository, member: string, role: string): string {
  return commandLine(
    'gcloud', 'artifacts', 'repositories', 'add-iam-policy-binding', repository.repository,
    `--project=${repository.project}`,
    `--location=${repository.location}`,
    `--member=${member}`,
    `--role=${role}`,
  ); // prettier-ignore
}

/** Lets a principal act as a service account. */
export function bindAccount(account: string, principal: string): string {
  return commandLine(
    'gcloud', 'iam', 'service-accounts', 'add-iam-policy-binding', account,
    `--member=${principal}`,
    '--role=roles/iam.workloadIdentityUser',
  ); // prettier-ignore
}

/** Prints a provider as Google has it. */
export function describeProvider(identity: WorkloadIdentity): string {
  return providerCommand(identity, 'describe', '--format=json');
}

/** Changes a provider. */
export function updateProvider(identity: WorkloadIdentity, ...flags: readonly string[]): string {
  return providerCommand(identity, 'update-oidc', ...flags);
}

function providerCommand(identity: WorkloadIdentity, verb: string, ...flags: readonly string[]): string {
  const { project, pool, provider } = parseProvider(identity.provider) ?? {
    project: 'NUMBER',
    pool: 'POOL',
    provider: 'PROVIDER',
  };
  return commandLine(
    'gcloud', 'iam', 'workload-identity-pools', 'providers', verb, provider,
    `--project=${project}`,
    '--location=global',
    `--workload-identity-pool=${pool}`,
    ...flags,
  ); // prettier-ignore
}
