/** What a name promises of its value: a password (weak ones count), a token or key (made by a machine), or nothing. */
export type SecretName = 'password' | 'token' | undefined;

const PASSWORD = new Set(['password', 'passwd', 'passphrase', 'pass', 'pwd', 'requirepass', 'passcode']);
const TOKEN = new Set([
  'token',
  'secret',
  'secrets',
  'apikey',
  'credential',
  'credentials',
  'secretkey',
  'privatekey',
  'accesskey',
  'authtoken',
  'webhook',
  'pat',
  'jwt',
  'key',
  'auth',
]);
const HARMLESS_END =
  /(?:file|path|dir|version|alias|enabled|disabled|url|uri|id|name|type|length|size|limit|max|min|count|ttl|expiry|expires?|timeout|format|header|algorithm|policy|prefix|suffix|host|port|user|username|hash|method|mode|provider|endpoint|regexp?|pattern|field|parallelism|bytes|arn|env|required|len)$/;
const HARMLESS = new Set([
  'gpg_key',
  'gpg_keys',
  'python_sha256',
  'tokenizers_parallelism',
  'pwd',
  'oldpwd',
  'pass',
  'pat',
  'key',
  'auth',
  'keys',
  'ssh_auth_sock',
  'sort_key',
  'primary_key',
  'foreign_key',
  'partition_key',
  'cache_key',
  'public_key',
]);
const PUBLIC_KEY =
  /(?:^|_)(?:public|gpg|pub|foreign|primary|sort|cache|partition|object|row|hot|shift|keyring|anon|publishable|site|nodejs|signing_pub|verify|s3)_?(?:key|keys)(?:_|$)/;

/** Judges a variable's, argument's or setting's name by its words: `DB_PASSWORD`, `apiKey`, `npm-token`. */
export function judgeSecretName(name: string): SecretName {
  const plain = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const words = plain.split('_');
  if (HARMLESS.has(plain) || plain.startsWith('public_') || plain.includes('_public_') || PUBLIC_KEY.test(plain))
    return undefined;
  if (HARMLESS_END.test(words.at(-1) ?? '')) return undefined;
  if (words.some((word) => PASSWORD.has(word) || word.endsWith('password'))) return 'password';
  return words.some((word) => TOKEN.has(word)) ? 'token' : undefined;
}
