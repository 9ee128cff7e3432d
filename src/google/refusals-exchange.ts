import type { IdentityRefusal } from '../model/identity.ts';
import { claimLines, claimText, GITHUB_ISSUER, textOfClaim } from './claims.ts';
import { describeProvider, updateProvider } from './commands.ts';
import { clauseLines, explainCondition } from './condition.ts';
import type { ExplainContext, RefusalRow } from './explanation.ts';
import { byteLength, contextOf, evaluateMapping, NUMERIC_SUBJECT, SUBJECT_LIMIT } from './mapping.ts';
import { describeProviderProblem, PROVIDER_SHAPE } from './names.ts';

const said = (step: IdentityRefusal['step'], words: RegExp) => (refusal: IdentityRefusal) =>
  refusal.step === step && words.test(refusal.text);

const PERMISSIONS = ['permissions:', '  contents: read', '  id-token: write'];

/** Refusals of GitHub's token server and of Google's token exchange. */
export const EXCHANGE_ROWS: readonly RefusalRow[] = [
  {
    row: 'no-id-token',
    matches: ({ step, code }) => step === 'oidc' && code === 'not-offered',
    explain: () => ({
      what: 'GitHub gives this job no identity token',
      why: [
        'the job does not ask for it: id-token: write is missing from its permissions',
        'in a reusable workflow it is the calling job that has to grant it; a called job cannot raise what its caller has',
        'a pull request from a fork and a Dependabot run never get one',
      ],
      type: PERMISSIONS,
    }),
  },
  {
    row: 'request-token-expired',
    matches: ({ step, status }) => step === 'oidc' && (status === 401 || status === 403),
    explain: ({ refusal }) => ({
      what: `GitHub refuses to give this job another identity token: ${refusal.text}`,
      why: ['the right to ask ends about six hours after the job began: a longer job can mint no more'],
      type: ['needs: [build]   # publish in a job of its own, which starts when the work is done'],
    }),
  },
  {
    row: 'condition',
    matches: said('sts', /rejected by the attribute condition/i),
    explain: explainRejection,
    propagating: true,
  },
  {
    row: 'no-provider',
    matches: said('sts', /invalid_target|disabled or deleted or because it doesn'?t exist/i),
    propagating: true,
    explain: ({ identity, provider }) => ({
      what: `Google knows no provider ${identity.provider} that is on`,
      why: [
        ...(provider?.state === 'DELETED' || provider?.disabled === true
          ? [
              `the description of the provider says ${provider.state === 'DELETED' ? 'that it is deleted' : 'that it is disabled'}`,
            ]
          : []),
        'the project number, the pool or the provider is misspelt',
        'a deleted pool or provider keeps its name for 30 days: undelete it, or choose another name',
        'it was created less than five minutes ago',
      ],
      type: [describeProvider(identity)],
    }),
  },
  {
    row: 'audience-name',
    matches: said('sts', /Invalid value for "?audience/i),
    explain: ({ identity }) => ({
      what: 'the provider is not named as Google wants it',
      why: [
        `received: ${identity.provider}`,
        `expected: ${PROVIDER_SHAPE}`,
        ...[describeProviderProblem(identity.provider)].filter((problem) => problem !== undefined),
      ],
      type: [
        "gcloud iam workload-identity-pools providers list --location=global --workload-identity-pool=POOL --format='value(name)'",
      ],
    }),
  },
  {
    row: 'audience-value',
    matches: said('sts', /audience in (?:the )?(?:JWT|ID Token)\b.*does not match/i),
    explain: explainAudience,
  },
  {
    row: 'issuer',
    matches: said('sts', /issuer in ID Token .*does not match/i),
    explain: ({ refusal, identity }) => {
      const issuer = claimText(refusal.claims ?? {}, 'iss');
      return {
        what: `the provider trusts another issuer than the one of this token, ${issuer}`,
        why: [
          issuer === GITHUB_ISSUER
            ? 'the provider was made for a GitHub Enterprise issuer, and this job runs on github.com'
            : 'Enterprise Server, and enterprises with an issuer of their own, do not use GitHub’s usual one',
        ],
        type: [updateProvider(identity, `--issuer-uri=${issuer}`)],
      };
    },
  },
  { row: 'subject-length', matches: said('sts', /google\.subject exceeds the 127 bytes/i), explain: explainLength },
  {
    row: 'token-expired',
    matches: said('sts', /(?:ID Token|JWT|credential|token).*\b(?:expired|stale|in the future|not yet valid)/i),
    explain: ({ refusal }) => ({
      what: `Google finds the identity token out of date: ${refusal.text}`,
      why: ['the clock of this machine or of the token server is wrong by minutes'],
      type: ['timedatectl status'],
    }),
  },
];

function explainRejection({ refusal, identity, provider }: ExplainContext) {
  const claims = refusal.claims ?? {};
  const what = 'Google refuses this token: the attribute condition of the provider does not hold for it';
  const shown = ['the token says:', ...claimLines(claims).map((line) => `  ${line}`)];
  if (provider?.condition === undefined) {
    const note =
      'Google does not say which part failed; with the description of the provider in a file it is worked out here';
    return {
      what,
      why: [...shown, note],
      type: [`${describeProvider(identity)} > provider.json`, 'slipway doctor --provider provider.json'],
    };
  }
  const report = explainCondition(provider.condition, contextOf(evaluateMapping(provider.mapping, claims), claims));
  if (!report.parsed)
    return {
      what,
      why: [...shown, `the condition cannot be read: ${report.problem}`],
      type: [describeProvider(identity)],
    };
  const stale = report.holds
    ? ['every part holds here: the provider was changed after it was described, or a moment ago']
    : [];
  return {
    what,
    why: [...clauseLines(report.clauses), ...stale, ...shown],
    type: [updateProvider(identity, '--attribute-condition=CONDITION')],
  };
}

function explainAudience({ refusal, identity, provider }: ExplainContext) {
  const [allowed] = provider?.audiences ?? [];
  return {
    what: 'the provider accepts other audiences than the one of this token',
    why: [
      `the token is for: ${textOfClaim(refusal.claims?.['aud'] ?? 'nothing')}`,
      ...(provider === undefined
        ? []
        : [`the provider accepts: ${provider.audiences.join(', ') || 'its own name only'}`]),
      'it was given allowed audiences of its own; without any, its own name is the audience and nothing has to be written',
    ],
    type: [
      `google: { audience: ${allowed ?? 'ONE-OF-THEM'} }   # in slipway.yml, or take the list off:`,
      updateProvider(identity, '--allowed-audiences='),
    ],
  };
}

function explainLength({ refusal, identity, provider }: ExplainContext) {
  const claims = refusal.claims ?? {};
  const mapped = evaluateMapping(provider?.mapping ?? { 'google.subject': 'assertion.sub' }, claims);
  const subject = mapped.find(({ target }) => target === 'google.subject');
  const length = byteLength(subject?.value);
  return {
    what: `google.subject may have ${String(SUBJECT_LIMIT)} bytes, and this token’s has more`,
    why: [
      `${subject?.expression ?? 'assertion.sub'} gives ${length === 0 ? 'no text' : `${String(length)} bytes`}: ${textOfClaim(subject?.value ?? '')}`,
      'sub holds the names of repository, branch and environment, and since 2026-07-15 the ids too: it grows with each',
    ],
    type: [updateProvider(identity, `--attribute-mapping=${NUMERIC_SUBJECT},…`)],
  };
}
