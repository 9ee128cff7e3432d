import type { SecretRule } from '../../model/secrets.ts';
import { isPlaceholder, looksRandom } from './pattern.ts';
import { searchText } from './search.ts';
import { findAssignments } from './value.ts';

/** A file that by its name is made to hold credentials; only its content says whether it does. */
export interface NamedFile {
  readonly rule: SecretRule;
  readonly kind: string;
  /** The secrets in its text, each once. */
  readonly find: (text: string) => readonly string[];
}

/** More is no file of settings; the rest of a longer one is searched like any other file. */
export const NAMED_LIMIT = 2 ** 18;

type Entry = readonly [RegExp, string, NamedFile['find'], SecretRule?];

const assignments = (text: string): string[] => findAssignments(text).map(({ secret }) => secret);
const patterns = (text: string): string[] => searchText(text).map(({ secret }) => secret);
const both = (text: string): string[] => [...patterns(text), ...assignments(text)];

/** Every group named `secret` of every match that is no placeholder or reference. */
function matching(shape: RegExp): NamedFile['find'] {
  return (text) =>
    [...text.matchAll(shape)]
      .map((match) => match.groups?.['secret'] ?? '')
      .filter((secret) => secret.length >= 3 && !isPlaceholder(secret) && !/^[$%<]|^\*+$|\$\{/.test(secret));
}

const keysOnly = (text: string): string[] =>
  searchText(text)
    .filter(({ kind }) => kind.includes('private key'))
    .map(({ secret }) => secret);
const netrc = matching(/\bmachine\s+\S+\s+(?:(?:login|account)\s+\S+\s+)*password\s+(?<secret>\S+)/g);
const urlPassword = matching(/^[a-z+]+:\/\/[^:@/\s]*:(?<secret>[^@\s/]+)@/gm);
const npmrc = matching(/_(?:authToken|auth|password)\s*=\s*["']?(?<secret>[^\s"']+)/g);
const iniPassword = matching(/^\s*(?:password|passwd|pass|secret|token|key)\s*[:=]\s*["']?(?<secret>[^\s"'#;]+)/gim);
const kube = matching(
  /(?:client-key-data|\btoken|\bpassword|id-token|refresh-token)["']?\s*:\s*["']?(?<secret>[\w+/=.!@#%^&*-]{8,})/g,
);
const pgpass = matching(/^[^#:\n]*:[^:\n]*:[^:\n]*:[^:\n]*:(?<secret>\S+)$/gm);
const awsKeys = matching(/aws_(?:secret_access_key|session_token)\s*=\s*(?<secret>\S{20,})/gi);
const header = matching(/["']?[Aa]uthorization["']?\s*:\s*["']?(?:[Bb]earer|[Bb]asic)\s+(?<secret>[^\s"']{12,})/g);
const account = (text: string): string[] => [
  ...both(text),
  ...header(text),
  ...matching(/"(?:refresh_token|client_secret|private_key)"\s*:\s*"(?<secret>[^"]{16,})"/g)(text),
];
const state = matching(
  /"(?:[a-z_]*password|secret(?:_key|_string|_value)?|private_key(?:_pem|_openssh)?|token|access_key|client_secret|primary_(?:access_)?key|connection_string)"\s*:\s*"(?<secret>[^"]{4,})"/g,
);
const whole = (text: string): string[] => {
  const value = text.trim();
  return /^\S{16,512}$/.test(value) && looksRandom(value) ? [value] : [];
};
/** `extraheader = AUTHORIZATION: basic …` as actions/checkout leaves it, decoded. */
const git = (text: string): string[] => [
  ...[...text.matchAll(/extraheader\s*=\s*["']?authorization:\s*(?:basic|bearer)\s+(?<secret>[\w+/=.-]+)/gi)]
    .map((match) => match.groups?.['secret'] ?? '')
    .filter((secret) => secret.length >= 8 && !/^\*+$/.test(secret)),
  ...searchText(text)
    .filter(({ kind }) => kind === 'password in a URL' || kind.includes('token'))
    .map(({ secret }) => secret),
  ...matching(/^\s*url\s*=\s*https?:\/\/(?:[^:@/\s]*:)?(?<secret>[^@/\s:]{8,})@/gm)(text).filter(looksRandom),
];

const ENTRIES: readonly Entry[] = [
  [/(?:^|\/)\.git\/(?:config|modules\/.+\/config|worktrees\/.+\/config)$/, 'git credential', git, 'secret.git'],
  [/(?:^|\/)(?:\.gitconfig|git-credentials-[\w-]+\.config)$/, 'git credential', git, 'secret.git'],
  [/(?:^|\/)\.?(?:git-credentials|git\/credentials)$/, 'git credential', urlPassword],
  [
    /(?:^|\/)(?!.*\.(?:example|sample|template|dist|defaults?|tpl)$)(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env|\.envrc)$/,
    'environment file',
    both,
  ],
  [/(?:^|\/)[._]netrc$/, 'netrc password', netrc],
  [/(?:^|\/)\.?npmrc$/, 'npm credential', npmrc],
  [
    /(?:^|\/)\.yarnrc(?:\.yml)?$/,
    'npm credential',
    matching(/npmAuth(?:Token|Ident)["']?\s*:\s*["']?(?<secret>[^\s"']{8,})/g),
  ],
  [
    /(?:^|\/)(?:\.pypirc|\.?my\.cnf|\.mylogin\.cnf|\.s3cfg|rclone\.conf|\.databrickscfg|\.boto|\.vault-token\.ini)$/,
    'credential',
    (text) => [...iniPassword(text), ...both(text)],
  ],
  [/(?:^|\/)pip\.conf$/, 'package index password', patterns],
  [/(?:^|\/)\.pgpass$/, 'PostgreSQL password', pgpass],
  [/(?:^|\/)(?:\.docker\/config\.json|\.dockerconfigjson|\.dockercfg)$/, 'registry password', patterns],
  [/(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?|[\w.-]+\.ppk)$/, 'SSH private key', keysOnly],
  [
    /(?:^|\/)(?:gha-creds-[\w-]+|application_default_credentials|service[-_]?account[\w-]*|credentials|client_secrets?[\w.-]*)\.json$/,
    'cloud credential',
    account,
  ],
  [/\.tfstate(?:\.backup)?$/, 'Terraform state', state],
  [/\.tfvars(?:\.json)?$/, 'Terraform variables', both],
  [
    /(?:^|\/)(?:\.kube\/config|kubeconfig|[\w.-]+\.kubeconfig|kubelet\.conf|admin\.conf|kubeconfig\.ya?ml)$/,
    'kubeconfig credential',
    (text) => [...keysOnly(text), ...kube(text)],
  ],
  [/(?:^|\/)\.aws\/(?:credentials|config)$/, 'AWS secret access key', awsKeys],
  [/(?:^|\/)(?:\.vault-token|\.(?:cache\/)?huggingface\/token|master\.key|\.cargo\/credentials)$/, 'token file', whole],
  [
    /(?:^|\/)(?:kaggle\.json|auth\.json|credentials\.tfrc\.json|credentials\.toml|\.streamlit\/secrets\.toml|secrets\.(?:ya?ml|json|toml|ini|properties)|NuGet\.Config|nuget\.config|\.m2\/settings\.xml|gradle\.properties|application(?:-\w+)?\.(?:properties|ya?ml)|local_settings\.py|wp-config\.php|database\.yml|\.htpasswd\.plain)$/,
    'credential',
    both,
  ],
];

/** Undefined for every other file. */
export function namedFile(path: string): NamedFile | undefined {
  if (!MAYBE.test(path)) return undefined;
  const entry = ENTRIES.find(([shape]) => shape.test(path));
  if (entry === undefined) return undefined;
  const [, kind, find, rule = 'secret.files'] = entry;
  return { rule, kind, find: (text) => [...new Set(find(text))] };
}

/** Asked for every file of every layer, so one look decides for nearly all of them. */
const MAYBE =
  /(?:^|\/)(?:[._]|id_|git|gha-|app|service|cred|client_|kube|admin|master|kaggle|auth|secrets|NuGet|nuget|gradle|local_s|wp-c|database|settings|pip|rclone|npmrc|my)[^/]*$|\.(?:env|tfstate|tfvars|backup|json|kubeconfig|ppk)$|\.(?:git|aws|kube|docker|m2|cargo|huggingface|streamlit)\//;
