import { looksRandom, type SecretPattern } from './pattern.ts';

/** Tokens that say by their prefix who gave them out: kind, prefixes, what follows as a regular expression. */
const PREFIXED: readonly (readonly [string, readonly string[], string])[] = [
  ['GitHub token', ['ghp_', 'gho_', 'ghu_', 'ghr_', 'ghs_'], '[A-Za-z0-9]{36}'],
  ['GitHub app token', ['ghs_'], '[A-Za-z0-9_-]*\\.?eyJ[\\w-]{20,}\\.[\\w-]{20,}\\.[\\w-]{20,}'],
  ['GitHub fine-grained token', ['github_pat_'], '[A-Za-z0-9]{22}_[A-Za-z0-9]{59}'],
  ['GitLab token', ['glpat-', 'gldt-', 'glrt-', 'glptt-', 'glagent-', 'glcbt-', 'glsoat-'], '[\\w.-]{20,60}'],
  ['Slack token', ['xoxb-', 'xoxp-', 'xoxa-', 'xoxo-', 'xoxr-', 'xoxs-', 'xoxe-', 'xoxe.xox', 'xapp-'], '[\\w.-]{20,}'],
  ['Stripe key', ['sk_live_', 'rk_live_', 'whsec_'], '[A-Za-z0-9]{24,}'],
  ['OpenAI key', ['sk-'], '(?:[\\w-]{20,}T3BlbkFJ[\\w-]{20,}|(?:proj|svcacct|admin)-[\\w-]{40,})'],
  ['Anthropic key', ['sk-ant-'], '(?:api|admin|sid|oat)\\d\\d-[\\w-]{80,}'],
  ['OpenRouter key', ['sk-or-v1-'], '[0-9a-f]{64}'],
  ['LangSmith key', ['lsv2_pt_', 'lsv2_sk_'], '[0-9a-f]{32}_[0-9a-f]{10}'],
  ['Hugging Face token', ['hf_'], '[A-Za-z]{34}'],
  ['Hugging Face organisation token', ['api_org_'], '[A-Za-z]{34}'],
  ['npm token', ['npm_'], '[A-Za-z0-9]{36}'],
  ['PyPI token', ['pypi-AgEIcHlwaS5vcmc', 'pypi-AgENdGVzdC5weXBpLm9yZ'], '[\\w-]{50,}'],
  ['RubyGems key', ['rubygems_'], '[0-9a-f]{48}'],
  ['SendGrid key', ['SG.'], '[\\w-]{22}\\.[\\w-]{43}'],
  ['Mailgun key', ['key-'], '[0-9a-f]{32}'],
  ['Google API key', ['AIza'], '[\\w-]{35}'],
  ['Google OAuth client secret', ['GOCSPX-'], '[\\w-]{28}'],
  ['Google OAuth access token', ['ya29.'], '[\\w-]{60,}'],
  ['Google OAuth refresh token', ['1//0'], '[\\w-]{40,}'],
  ['DigitalOcean token', ['dop_v1_', 'doo_v1_', 'dor_v1_'], '[0-9a-f]{64}'],
  ['Docker Hub token', ['dckr_pat_', 'dckr_oat_'], '[\\w-]{27,40}'],
  ['Databricks token', ['dapi'], '[0-9a-f]{32}(?:-\\d)?'],
  ['Vault token', ['hvs.', 'hvb.'], '[\\w-]{90,}'],
  ['Grafana token', ['glsa_', 'glc_'], '(?:[A-Za-z0-9]{32}_[0-9a-fA-F]{8}|eyJ[A-Za-z0-9+/=]{40,})'],
  ['New Relic key', ['NRAK-', 'NRII-'], '[A-Za-z0-9_-]{27,32}'],
  ['Shopify token', ['shpat_', 'shpss_', 'shpca_', 'shppa_'], '[0-9a-fA-F]{32}'],
  ['Square token', ['sq0csp-', 'sq0atp-'], '[\\w-]{22,43}'],
  ['Linear key', ['lin_api_', 'lin_oauth_'], '[A-Za-z0-9]{40,64}'],
  ['Notion token', ['ntn_'], '[A-Za-z0-9]{46}'],
  ['Doppler token', ['dp.pt.', 'dp.st.', 'dp.ct.'], '(?:[a-z0-9_-]+\\.)?[A-Za-z0-9]{40,44}'],
  ['Sentry token', ['sntrys_', 'sntryu_'], '(?:eyJ[\\w+/=]{40,}|[0-9a-f]{64})'],
  ['age key', ['AGE-SECRET-KEY-1'], '[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}'],
  ['PlanetScale token', ['pscale_tkn_', 'pscale_pw_', 'pscale_oauth_'], '[\\w.-]{32,64}'],
  ['Pulumi token', ['pul-'], '[0-9a-f]{40}'],
  ['Postman key', ['PMAK-'], '[0-9a-f]{24}-[0-9a-f]{34}'],
  ['Figma token', ['figd_'], '[\\w-]{40,}'],
  ['Groq key', ['gsk_'], '[A-Za-z0-9]{52}'],
  ['xAI key', ['xai-'], '[A-Za-z0-9]{80}'],
  ['Replicate token', ['r8_'], '[A-Za-z0-9]{37}'],
  ['Perplexity key', ['pplx-'], '[A-Za-z0-9]{48}'],
  ['NVIDIA key', ['nvapi-'], '[\\w-]{60,70}'],
  ['Tailscale key', ['tskey-auth-', 'tskey-api-', 'tskey-client-'], '[\\w]{10,}-[\\w]{30,}'],
  ['Fly token', ['FlyV1 fm2_', 'FlyV1 fm1'], '[A-Za-z0-9+/=_,]{80,}'],
  ['Supabase token', ['sbp_', 'sb_secret_'], '(?:[0-9a-f]{40}|[\\w-]{31,})'],
  ['Artifactory key', ['AKCp', 'cmVmdGtuOjAxO'], '[A-Za-z0-9]{50,75}'],
  ['1Password token', ['ops_eyJ'], '[\\w-]{200,}'],
  ['Telegram bot token', [':AA'], '[\\w-]{33}'],
  ['Heroku key', ['HRKU-'], '[\\w-]{36,64}'],
  ['Atlassian token', ['ATATT3', 'ATCTT3'], '[\\w=-]{100,}'],
  ['PagerDuty or Okta token', ['SSWS '], '[\\w-]{40,44}'],
  ['EasyPost key', ['EZAK'], '[A-Za-z0-9]{54}'],
  ['Buildkite token', ['bkua_'], '[0-9a-f]{40}'],
  ['CircleCI token', ['CCIPAT_'], '[A-Za-z0-9]{22}_[0-9a-f]{40}'],
  ['GitLab token', ['GR1348941', 'glft-', 'glimt-', 'gloas-', 'glffct-'], '[\\w.-]{20,64}'],
  ['1Password secret key', ['A3-'], '[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}'],
  ['Adobe client secret', ['p8e-'], '[A-Za-z0-9_-]{32}'],
  ['Alibaba access key id', ['LTAI'], '(?=[A-Za-z]*\\d)[A-Za-z0-9]{20}'],
  ['Amazon Bedrock key', ['ABSK'], '[A-Za-z0-9+/]{109,269}={0,2}'],
  ['Clojars token', ['CLOJARS_'], '[a-z0-9]{60}'],
  ['Cloudflare origin key', ['v1.0-'], '[0-9a-f]{24}-[0-9a-f]{146}'],
  ['Duffel token', ['duffel_live_'], '[\\w=-]{43}'],
  ['Dynatrace token', ['dt0c01.'], '[A-Z0-9]{24}\\.[A-Z0-9]{64}'],
  ['Facebook page token', ['EAAM', 'EAAC'], '[A-Za-z0-9]{100,}'],
  ['Flutterwave key', ['FLWSECK-'], '[0-9a-h]{32}-X'],
  ['Frame.io token', ['fio-u-'], '[\\w=-]{64}'],
  ['Grafana key', ['eyJrIjoi'], '[A-Za-z0-9]{70,400}={0,3}'],
  ['Harness key', ['pat.', 'sat.'], '[\\w-]{22}\\.[0-9a-zA-Z]{24}\\.[0-9a-zA-Z]{20}'],
  ['Infracost token', ['ico-'], '(?![0-9a-f]{32})[A-Za-z0-9]{32}'],
  ['Octopus Deploy key', ['API-'], '(?=[A-Z]*\\d)[A-Z0-9]{26}'],
  ['OpenShift token', ['sha256~'], '[\\w-]{43}'],
  ['Prefect key', ['pnu_'], '[A-Za-z0-9]{36}'],
  ['ReadMe key', ['rdme_'], '[a-z0-9]{70}'],
  ['Brevo key', ['xkeysib-'], '[0-9a-f]{64}-[A-Za-z0-9]{16}'],
  ['Shippo token', ['shippo_live_'], '[0-9a-f]{40}'],
  ['Sourcegraph token', ['sgp_'], '(?:(?:[0-9a-fA-F]{16}|local)_)?[0-9a-fA-F]{40}'],
  ['Twilio key', ['SK'], '(?=[0-9a-f]*\\d)[0-9a-f]{32}'],
];

const NEEDS_CONTEXT: ReadonlyMap<string, RegExp> = new Map([
  ['Twilio key', /twilio/i],
  ['Mailgun key', /mailgun|mg\./i],
]);

/** Looked for one by one in every text. */
export const TOKEN_PATTERNS: readonly SecretPattern[] = PREFIXED.map(([kind, keys, rest]) =>
  toPattern(kind, keys, rest),
);

function toPattern(kind: string, keys: readonly string[], rest: string): SecretPattern {
  const context = NEEDS_CONTEXT.get(kind);
  const prefix = keys.map((key) => key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return {
    kind,
    keys,
    // A telegram token's number stands before its key; all others begin with theirs.
    shape: new RegExp(
      kind.startsWith('Telegram')
        ? `(?<=\\b\\d{8,10}):AA[\\w-]{33}(?![\\w-])`
        : `(?<![A-Za-z0-9_])(?:${prefix})${rest}(?![A-Za-z0-9_])`,
      'y',
    ),
    after: rest.includes('eyJ') || rest.includes('200') ? 2048 : 256,
    before: context === undefined ? 12 : 200,
    accept: (secret, around) => looksRandom(secret) && (context === undefined || context.test(around)),
  };
}
