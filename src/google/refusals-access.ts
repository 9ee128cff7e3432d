import type { IdentityRefusal } from '../model/identity.ts';
import { parseArtifactRepository } from './artifact-registry.ts';
import { bestPrincipal, bindAccount, bindRepository, commandLine, principalsOf } from './commands.ts';
import type { ExplainContext, RefusalRow } from './explanation.ts';

const WRITER = 'roles/artifactregistry.writer';
const READER = 'roles/artifactregistry.reader';
const says = (words: RegExp) => (refusal: IdentityRefusal) => words.test(refusal.text);

/** Refusals of the service account and of the registry. */
export const ACCESS_ROWS: readonly RefusalRow[] = [
  {
    row: 'token-type',
    matches: ({ code, text }) =>
      code === 'ACCESS_TOKEN_TYPE_UNSUPPORTED' || text.includes('ACCESS_TOKEN_TYPE_UNSUPPORTED'),
    explain: () => ({
      what: 'this service takes no federated tokens',
      why: [
        'direct federation works for Artifact Registry, not for every Google API: this one wants the token of a service account',
      ],
      type: ['google: { service-account: NAME@PROJECT.iam.gserviceaccount.com }   # in slipway.yml'],
    }),
  },
  {
    row: 'service-account',
    matches: says(/iam\.serviceAccounts\.getAccessToken/),
    explain: explainAccount,
    propagating: true,
  },
  {
    row: 'lifetime',
    matches: says(/lifetimes? of more than 1 hour|access token lifetime cannot exceed/i),
    explain: () => ({
      what: 'Google gives this account no token of that lifetime',
      why: [
        'an hour is the most without the organisation policy constraints/iam.allowServiceAccountCredentialLifetimeExtension',
        'a clock that is ahead makes an hour look like more',
      ],
      type: ['timedatectl status'],
    }),
  },
  {
    row: 'registry-permission',
    matches: says(/artifactregistry\.[a-z]+\.[A-Za-z]+/),
    explain: explainPermission,
    propagating: true,
  },
  {
    row: 'unauthenticated',
    matches: says(/Unauthenticated request|fetch anonymous token|no credentials for this host/i),
    explain: explainAnonymous,
  },
  {
    row: 'registry-token',
    matches: ({ step, status }) => step === 'registry' && status === 401,
    explain: ({ refusal, registry }) => ({
      what: `the registry refuses the token it was shown a moment after it was minted: ${refusal.text}`,
      why: [
        'the token is made anew before it ends, so age is not the reason: the registry does not take tokens of this provider or account',
      ],
      type: [`slipway doctor   # says what this identity may do in ${registry ?? 'the repository'}`],
    }),
  },
];

function explainAccount({ refusal, identity, provider }: ExplainContext) {
  const account = identity.serviceAccount ?? 'NAME@PROJECT.iam.gserviceaccount.com';
  const principals = principalsOf(identity, refusal.claims ?? {}, provider?.mapping);
  const member = bestPrincipal(principals);
  return {
    what: `this token may not act as ${account}, or there is no such account`,
    why: [
      'the account needs a binding of roles/iam.workloadIdentityUser to one of the names this token has:',
      ...principals.map((principal) => `  ${principal}`),
      ...(provider === undefined ? ['  (the last one if the provider maps that attribute)'] : []),
      'Google says the same for an account that does not exist',
    ],
    type: [
      bindAccount(account, member ?? 'PRINCIPAL'),
      commandLine('gcloud', 'iam', 'service-accounts', 'describe', account),
    ],
  };
}

function explainPermission({ refusal, identity, provider, registry }: ExplainContext) {
  const permission = /artifactregistry\.[a-z]+\.[A-Za-z]+/.exec(refusal.text)?.[0] ?? 'artifactregistry';
  const resource = /projects\/[^"\s]+/.exec(refusal.text)?.[0];
  const repository = parseArtifactRepository(registry ?? '');
  const principals = principalsOf(identity, refusal.claims ?? {}, provider?.mapping);
  const member =
    identity.serviceAccount === undefined ? bestPrincipal(principals) : `serviceAccount:${identity.serviceAccount}`;
  const role = /download|\.get$|\.list$/.test(permission) ? READER : WRITER;
  return {
    what: `${member ?? 'this identity'} has no permission ${permission} on ${resource ?? repository?.resource ?? registry ?? 'the repository'}`,
    why: [
      `the role is missing: ${role}, on this one repository`,
      'or there is no such repository: Google says the same for both',
      'or it lies in another region than the address says (us-east1 is not us)',
      'a * in a principalSet is an ordinary character: attribute.repository/ORG/* binds nobody',
    ],
    type:
      repository === undefined
        ? ['gcloud artifacts repositories list']
        : [
            commandLine(
              'gcloud',
              'artifacts',
              'repositories',
              'describe',
              repository.repository,
              `--project=${repository.project}`,
              `--location=${repository.location}`,
            ),
            bindRepository(repository, member ?? 'PRINCIPAL', role),
          ],
  };
}

function explainAnonymous({ registry }: ExplainContext) {
  const host = (registry ?? '').split('/')[0] ?? '';
  return {
    what: `nobody is logged in to ${host === '' ? 'this host' : host}: the request went out without a name`,
    why: [
      'credentials are for one host: gcr.io is not us-docker.pkg.dev, and us-docker.pkg.dev is not us-east1-docker.pkg.dev',
      'google: in slipway.yml is used for the hosts of registry: and staging: only',
    ],
    type: [
      `registry: ${registry ?? 'LOCATION-docker.pkg.dev/PROJECT/REPOSITORY'}   # in slipway.yml, the very host images go to`,
    ],
  };
}
