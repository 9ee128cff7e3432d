import { isLiveToken } from './web-token.ts';
import { entropyOf, isPlaceholder, looksRandom, type SecretPattern } from './pattern.ts';

const BEGIN = '-----BEGIN ';

/** The lines of a PEM body as they stand in files, JSON, YAML and environment values. */
const PEM =
  /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?<secret>(?:\s|\\+[nr]|["'+,\\ ]|[A-Za-z-]+: [^\n\\]{1,80})*(?:[A-Za-z0-9+/=]{16,}(?:\s|\\+[nr]|["'+,\\ ])*){1,120})/y;

/** Keys, URLs and credentials that are known by their form or by the name beside them. */
export const SHAPE_PATTERNS: readonly SecretPattern[] = [
  {
    kind: 'private key',
    keys: [BEGIN],
    shape: PEM,
    after: 8192,
    accept: isKeyBody,
    quick: isPrivateBegin,
    normalise: keyBody,
  },
  {
    kind: 'PuTTY private key',
    keys: ['PuTTY-User-Key-File-'],
    shape: /PuTTY-User-Key-File-\d: [\s\S]{0,2500}?Private-Lines: \d+\s+(?<secret>[A-Za-z0-9+/=\s]{40,})/y,
    after: 6000,
  },
  {
    kind: 'AWS access key id',
    keys: ['AKIA', 'ASIA'],
    shape: /(?<![A-Za-z0-9+/_-])A[KS]IA[A-Z2-7]{16}(?![A-Za-z0-9+/=_-])/y,
    accept: (secret) => looksRandom(secret) && /\d/.test(secret.slice(4)),
  },
  {
    kind: 'AWS secret access key',
    keys: ['ecret_access_key', 'ECRET_ACCESS_KEY', 'ecretAccessKey', 'ecret_key', 'ECRET_KEY', 'ecretKey'],
    shape: /(?:\w+)["']?\s{0,8}(?:[:=]|=>|,)\s{0,8}["']?(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/y,
    before: 16,
    accept: (secret) => isMixed(secret) && entropyOf(secret) >= 4 && !/^[0-9a-f]+$/.test(secret),
  },
  {
    kind: 'JSON web token',
    keys: [
      'eyJhbGci',
      'eyJ0eXAi',
      'eyJraWQi',
      'eyJ4NXQi',
      'eyJqa3Ui',
      'eyJjdHki',
      'eyJqd2si',
      'ewogICJhbGci',
      'ewogICAg',
    ],
    shape: /(?<![A-Za-z0-9_-])e[yw][A-Za-z0-9_-]{10,}\.e[yw][A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}/y,
    after: 4096,
    accept: isLiveToken,
  },
  {
    kind: 'JSON web token in base64',
    keys: ['ZXlK'],
    shape: /(?<![A-Za-z0-9+/_-])ZXlK[A-Za-z0-9+/_-]{80,}={0,2}/y,
    after: 4096,
    accept: (secret) => isLiveToken(Buffer.from(secret, 'base64').toString('latin1').trim()),
  },
  {
    kind: 'password in a URL',
    keys: ['://'],
    shape: /:\/\/[^\s"'`<>@/:?#(){}[\],;|\\]{0,64}:(?<secret>[^\s"'`<>@/?#\\]{3,128})@[A-Za-z0-9[_-][^\s"'`<>]{0,4}/y,
    before: 24,
    accept: isUrlPassword,
    quick: hasUserInfo,
  },
  {
    kind: 'Terraform Cloud token',
    keys: ['.atlasv1.'],
    shape: /(?<=[A-Za-z0-9]{14})\.atlasv1\.[\w-]{60,70}(?![\w-])/y,
    before: 16,
    accept: (secret) => looksRandom(secret),
  },
  {
    kind: 'Slack webhook',
    keys: ['hooks.slack.com/'],
    shape: /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[A-Za-z0-9+/]{40,64})(?![A-Za-z0-9+/])/y,
    accept: (secret) => looksRandom(secret),
  },
  {
    kind: 'Discord webhook',
    keys: ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    shape: /discord(?:app)?\.com\/api\/webhooks\/\d{15,20}\/(?<secret>[\w-]{60,72})/y,
    accept: (secret) => looksRandom(secret),
  },
  {
    kind: 'Teams webhook',
    keys: ['.webhook.office.com/'],
    shape: /\.webhook\.office\.com\/webhookb2\/[\w@-]{36,80}\/IncomingWebhook\/(?<secret>[0-9a-f]{32}\/[0-9a-f-]{36})/y,
  },
  {
    kind: 'Azure storage or service key',
    keys: ['AccountKey=', 'SharedAccessKey=', 'ccessKey='],
    shape: /(?:Account|SharedAccess|A|a)(?:Key|ccessKey)=(?<secret>[A-Za-z0-9+/]{43,86}={0,2})/y,
    accept: (secret) => looksRandom(secret) && !secret.startsWith('Eby8vdM02xNO'),
  },
  {
    kind: 'Azure client secret',
    keys: ['Q~'],
    shape: /Q~[\w.~-]{31,34}(?![\w.~-])/y,
    before: 8,
    accept: (secret, around, at) => /(?:^|[^\w.~-])[\w.~-]{3}\d$/.test(around.slice(0, at)) && entropyOf(secret) >= 3.5,
  },
  {
    kind: 'Azure shared access signature',
    keys: ['sig='],
    shape: /sig=(?<secret>[A-Za-z0-9%/+]{43,60}(?:%3D|=))/y,
    before: 400,
    accept: (secret, around, at) => /[?&]s[vep]=/.test(around.slice(0, at)) && looksRandom(secret),
  },
  {
    kind: 'Google OAuth refresh token',
    keys: ['"refresh_token"'],
    shape: /"refresh_token"\s*:\s*"(?<secret>[\w/.-]{40,})"/y,
    accept: (secret) => looksRandom(secret),
  },
  {
    kind: 'registry password',
    keys: ['"auth"'],
    shape: /"auth"\s*:\s*"(?<secret>[A-Za-z0-9+/]{12,}={0,2})"/y,
    after: 8192,
    accept: isBasicPair,
  },
  {
    kind: 'registry token',
    keys: ['"identitytoken"', '"registrytoken"'],
    shape: /"(?:identity|registry)token"\s*:\s*"(?<secret>[\w.=-]{32,})"/y,
    after: 4096,
    accept: (secret) => looksRandom(secret),
  },
  {
    kind: 'npm password',
    keys: [':_authToken', ':_auth', ':_password'],
    shape: /:_(?:authToken|auth|password)\s*=\s*["']?(?<secret>[A-Za-z0-9+/_=.-]{12,})/y,
    accept: (secret) => looksRandom(secret),
  },
  {
    kind: 'credential in an HTTP header',
    keys: ['uthorization', 'UTHORIZATION'],
    shape: /uthorization["']?\s*[:=]\s*["']?(?:basic|bearer|token)\s+(?<secret>[A-Za-z0-9+/_=.~-]{20,})/iy,
    after: 4096,
    accept: isHeaderCredential,
  },
  {
    kind: 'kubeconfig client key',
    keys: ['client-key-data'],
    shape: /client-key-data["']?\s*:\s*["']?(?<secret>LS0tLS1CRUdJTi[A-Za-z0-9+/=]{60,})/y,
    after: 8192,
  },
  {
    kind: 'Discord bot token',
    keys: ['iscord', 'ISCORD'],
    shape: /iscord[^\n]{0,60}?(?<secret>[MNO][A-Za-z\d_-]{23,25}\.[\w-]{6}\.[\w-]{27,38})(?![\w-])/iy,
    accept: (secret) => looksRandom(secret),
  },
];

function isPrivateBegin(bytes: Buffer, at: number): boolean {
  return bytes.toString('latin1', at + BEGIN.length, at + BEGIN.length + 40).includes('PRIVATE KEY');
}

/** The same key has the same body in a file, in JSON, in YAML and in compiled code. */
function keyBody(secret: string): string {
  return secret
    .replace(/\\+[nr]/g, '\n')
    .replace(/^[ \t]*[A-Za-z-]+: .*$/gm, '')
    .replace(/[^A-Za-z0-9+/=]/g, '');
}

/** At least the bytes of an Ed25519 key; documentation shows a few and dots. */
function isKeyBody(secret: string): boolean {
  const body = keyBody(secret);
  return body.length >= 60 && entropyOf(body) >= 4;
}

function isMixed(secret: string): boolean {
  return /[a-z]/.test(secret) && /[A-Z]/.test(secret) && /\d/.test(secret) && !isPlaceholder(secret);
}

const LONGEST_USER_INFO = 200;

function hasUserInfo(bytes: Buffer, at: number): boolean {
  let colon = false;
  for (let next = at + 3; next < Math.min(bytes.length, at + LONGEST_USER_INFO); next += 1) {
    const byte = bytes[next] ?? 0;
    if (byte === 0x40) return colon;
    if (byte === 0x3a) colon = true;
    else if (byte <= 0x22 || byte === 0x27 || byte === 0x2f || byte === 0x3c || byte === 0x60 || byte > 0x7e)
      return false;
  }
  return false;
}

const DOCUMENTED_PASSWORD =
  /^(?:pass(?:w(?:or)?d|phrase)?|pwd?|pw|secret|user(?:name)?|token|tok|key|api_?key|credentials?|foo|bar|baz|test(?:ing)?|p(?:ass)?|s3cret|hunter2|auth|password\d?|mypass(?:word)?|the_?password|tiger|scott|tiger\^5HHH|oauth2?|x-oauth-basic|port|host|nil|none|null|blah|spam|eggs|postgres(?:ql)?|mysql|redis|rabbitmq|mongo|guest|root|admin|masterkey|prefix|flabada|minio(?:admin)?|\d{1,5})$/i;
const TEMPLATE = /[${}<>%*]|%s|\.\.\.|^\W*$/;
const DOCUMENTED_HOST = /@(?:example\.|host\b|hostname|some|your|foo|bar|my|server|domain|proxy\.|www\.|x\b|a\b|b\b)/i;
const CAPITALS = /^@\[?[A-Z]{3,}/;

/** A password that is used, weak ones too; not the words that documentation puts there, nor a format string. */
function isUrlPassword(secret: string, around: string, at: number): boolean {
  const scheme = /[A-Za-z][A-Za-z0-9+.-]*$/.exec(around.slice(0, at))?.[0];
  const after = around.slice(around.indexOf(`${secret}@`, at) + secret.length);
  if (scheme === undefined || scheme === 'github' || TEMPLATE.test(decodePercent(secret)) || isPlaceholder(secret))
    return false;
  // `a%20secret` of httpx's documentation is as little one as `secret`.
  const words = secret.replace(/^(?:an?|the|my)(?:%20|[-_+])/i, '');
  return !DOCUMENTED_PASSWORD.test(words) && !DOCUMENTED_HOST.test(after) && !CAPITALS.test(after);
}

function decodePercent(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}/g, 'x');
}

/** Those of RFC 7617, RFC 6749 and their quotations. */
const DOCUMENTED_PAIR =
  /^(?:Aladdin:|s6BhdRkqt3:|username:|user:|test:|client:|foo:|my[-_]?\w+:|x-access-token:(?:x+|token)$)/i;

/** `user:password` in base64, as docker, git and HTTP write it. */
function isBasicPair(secret: string): boolean {
  const pair = Buffer.from(secret, 'base64').toString('latin1');
  const password = /^[\x21-\x7e]{0,128}?:([\x21-\x7e]{4,})$/.exec(pair)?.[1];
  return (
    password !== undefined &&
    !DOCUMENTED_PAIR.test(pair) &&
    !DOCUMENTED_PASSWORD.test(password) &&
    !isPlaceholder(password)
  );
}

function isHeaderCredential(secret: string, around: string, at: number): boolean {
  const basic = /^uthorization["']?\s*[:=]\s*["']?basic/i.test(around.slice(at));
  return basic ? isBasicPair(secret) : looksRandom(secret) && /\d/.test(secret) && entropyOf(secret) >= 3.5;
}
