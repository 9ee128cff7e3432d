import { ALNUM, HEX, LOWER, type RandomText, UPPER, URL64, DIGITS } from './random.ts';
import { part, type Sample, sample } from './sample.ts';

type Wrap = (token: string) => readonly [path: string, text: string];

const WRAPS: readonly [Wrap, ...Wrap[]] = [
  (token) => ['app/settings.py', `import os\n\nDEBUG = False\nCLIENT = make_client("${token}")\n`],
  (token) => ['app/config.yaml', `service:\n  url: https://api.internal/v1\n  credential: ${token}\n`],
  (token) => ['app/config.json', `{"name":"api","credential":"${token}","retries":3}`],
  (token) => ['srv/run.sh', `#!/bin/sh\nset -e\ncurl -fsS -H 'X-Auth: ${token}' https://api.internal/ping\n`],
  (token) => ['app/static/bundle.js', `!function(){var a=fetch,b='${token}';a("/x",{k:b})}();`],
  (token) => ['root/notes.txt', `to deploy use ${token}\n`],
];

/** Prefixes are put together here, so that no file of the repository looks like a secret. */
const TOKENS: readonly (readonly [string, (random: RandomText) => string])[] = [
  ['GitHub token', (r) => `gh${part('p')}_${r.text(ALNUM, 36)}`],
  ['GitHub token', (r) => `gh${part('s')}_${r.text(ALNUM, 36)}`],
  ['GitHub token', (r) => `gh${part('o')}_${r.text(ALNUM, 36)}`],
  [
    'GitHub app token',
    (r) => `gh${part('s')}_${jwt(r, { iss: r.text(DIGITS, 7), jti: r.text(HEX, 120), enc: r.text(ALNUM, 90) }, 86)}`,
  ],
  ['GitHub fine-grained token', (r) => `github${part('_pat')}_${r.text(ALNUM, 22)}_${r.text(ALNUM, 59)}`],
  ['GitLab token', (r) => `gl${part('pat')}-${r.text(URL64, 20)}`],
  ['Slack token', (r) => `xo${part('xb')}-${r.text(DIGITS, 12)}-${r.text(DIGITS, 12)}-${r.text(ALNUM, 24)}`],
  ['Slack token', (r) => `xa${part('pp')}-1-A${r.text(UPPER + DIGITS, 10)}-${r.text(DIGITS, 13)}-${r.text(HEX, 64)}`],
  [
    'Slack webhook',
    (r) =>
      `https://hooks.sl${part('ack')}.com/services/T${r.text(UPPER + DIGITS, 9)}/B${r.text(UPPER + DIGITS, 10)}/${r.text(ALNUM, 24)}`,
  ],
  ['Stripe key', (r) => `sk_${part('live')}_${r.text(ALNUM, 24)}`],
  ['Stripe key', (r) => `rk_${part('live')}_${r.text(ALNUM, 99)}`],
  ['OpenAI key', (r) => `sk-${part('proj')}-${r.text(URL64, 74)}T3Blbk${part('FJ')}${r.text(URL64, 73)}`],
  ['OpenAI key', (r) => `s${part('k-')}${r.text(ALNUM, 20)}T3Blbk${part('FJ')}${r.text(ALNUM, 20)}`],
  ['Anthropic key', (r) => `sk-${part('ant')}-api03-${r.text(URL64, 93)}AA`],
  ['Hugging Face token', (r) => `h${part('f_')}${r.text(LOWER + UPPER, 34)}`],
  ['npm token', (r) => `np${part('m_')}${r.text(ALNUM, 36)}`],
  ['PyPI token', (r) => `py${part('pi')}-AgEIcHlwaS5vcmc${r.text(URL64, 150)}`],
  ['SendGrid key', (r) => `S${part('G.')}${r.text(URL64, 22)}.${r.text(URL64, 43)}`],
  ['Google API key', (r) => `AI${part('za')}Sy${r.text(URL64, 33)}`],
  ['Google OAuth client secret', (r) => `GOC${part('SPX')}-${r.text(URL64, 28)}`],
  ['Google OAuth access token', (r) => `ya${part('29')}.a0${r.text(URL64, 160)}`],
  ['AWS access key id', (r) => `AK${part('IA')}${r.text('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`],
  ['DigitalOcean token', (r) => `dop${part('_v1')}_${r.text(HEX, 64)}`],
  ['Docker Hub token', (r) => `dckr${part('_pat')}_${r.text(URL64, 27)}`],
  ['Databricks token', (r) => `da${part('pi')}${r.text(HEX, 32)}`],
  ['Vault token', (r) => `hv${part('s.')}CAESI${r.text(URL64, 95)}`],
  ['Terraform Cloud token', (r) => `${r.text(ALNUM, 14)}.atlas${part('v1')}.${r.text(ALNUM, 67)}`],
  ['Grafana token', (r) => `gl${part('sa')}_${r.text(ALNUM, 32)}_${r.text(HEX, 8)}`],
  ['New Relic key', (r) => `NR${part('AK')}-${r.text(UPPER + DIGITS, 27)}`],
  ['Shopify token', (r) => `shp${part('at')}_${r.text(HEX, 32)}`],
  ['Linear key', (r) => `lin${part('_api')}_${r.text(ALNUM, 40)}`],
  ['age key', (r) => `AGE-SECRET-${part('KEY')}-1${r.text('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`],
  ['NVIDIA key', (r) => `nv${part('api')}-${r.text(URL64, 64)}`],
  ['Groq key', (r) => `gs${part('k_')}${r.text(ALNUM, 52)}`],
  ['Replicate token', (r) => `r${part('8_')}${r.text(ALNUM, 37)}`],
  ['LangSmith key', (r) => `ls${part('v2_pt')}_${r.text(HEX, 32)}_${r.text(HEX, 10)}`],
  ['Tailscale key', (r) => `ts${part('key-auth')}-${r.text(ALNUM, 12)}CNTRL-${r.text(ALNUM, 32)}`],
  ['Telegram bot token', (r) => `${r.pick(['5', '6', '7'])}${r.text(DIGITS, 9)}:${part('AA')}${r.text(URL64, 33)}`],
  ['RubyGems key', (r) => `ruby${part('gems')}_${r.text(HEX, 48)}`],
  ['Postman key', (r) => `PM${part('AK')}-${r.text(HEX, 24)}-${r.text(HEX, 34)}`],
  ['Azure client secret', (r) => `${r.text(ALNUM, 3)}8${part('Q~')}${r.text(URL64, 34)}`],
  ['GitLab runner token', (r) => `GR${part('1348')}941${r.text(URL64, 20)}`],
  ['Adobe client secret', (r) => `p${part('8e-')}${r.text(ALNUM, 32)}`],
  ['Alibaba access key id', (r) => `LT${part('AI')}5t${r.text(ALNUM, 18)}`],
  ['Dynatrace token', (r) => `dt${part('0c01')}.${r.text(UPPER + DIGITS, 24)}.${r.text(UPPER + DIGITS, 64)}`],
  ['Prefect key', (r) => `pn${part('u_')}${r.text(ALNUM, 36)}`],
  ['Brevo key', (r) => `xkey${part('sib')}-${r.text(HEX, 64)}-${r.text(ALNUM, 16)}`],
  ['Sourcegraph token', (r) => `sg${part('p_')}${r.text(HEX, 16)}_${r.text(HEX, 40)}`],
  ['OpenShift token', (r) => `sha${part('256~')}${r.text(URL64, 43)}`],
  ['JSON web token', (r) => jwt(r, { sub: r.text(DIGITS, 9), exp: 1_900_000_000, scope: 'deploy' }, 43)],
];

/** A signed token of these claims. */
export function jwt(random: RandomText, claims: object, signature: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.${random.text(URL64, signature)}`;
}

/** One file for each token, each in another setting. */
export function makeTokenSamples(random: RandomText): readonly Sample[] {
  return TOKENS.map(([kind, make], index) => {
    const wrap = WRAPS[index % WRAPS.length] ?? WRAPS[0];
    const [path, text] = wrap(make(random));
    return sample(kind, path, text);
  });
}
