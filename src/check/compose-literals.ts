import type { ComposeCommand, ComposeVariable } from '../model/compose-facts.ts';
import type { Place } from '../model/place.ts';

/** A secret that is written where `${NAME}` or a file belongs. */
export interface LiteralSecret {
  /** In words, without the value: `POSTGRES_PASSWORD`, `--requirepass`, `the password of a postgresql:// URL`. */
  readonly what: string;
  /** Characters of the value, which is never shown. */
  readonly length: number;
  /** The value is the default of `${NAME:-…}`. */
  readonly isDefault: boolean;
  readonly place: Place;
}

/** Stands in expanded texts for what only the environment knows. */
const UNKNOWN = '\uE000';
const DEFAULTED = '\uE001';

/** The words of a name that make it the name of a secret, and the last words that make it something about one. */
const PASSWORD = /^(?:password|passwd|passphrase|pwd|requirepass)$/;
const SECRET = /^(?:secret|apikey|credentials?)$/;
const LAST = /^(?:token|auth|salt)$/;
const KEY = /^(?:api|access|private|secret|signing|encryption|master|jwt|auth|service|account|app|session)$/;
const ABOUT =
  /^(?:file|files|path|dir|version|alias|enabled|disabled|provider|url|uri|endpoint|host|port|name|id|type|method|mode|header|algorithm|alg|ttl|expiry|expires|expire|timeout|lifetime|minutes|seconds|hours|days|length|limit|limits|size|count|max|min|rounds|policy|required|issuer|audience|realm|backend|class|plugin|prefix|suffix|source|store|arn|user|username|parallelism|level|scope|scopes|encryption|rotation)$/;
/** Public values that only look like keys (rules.md, "Ten facts" 9). */
const PUBLIC = /^(?:GPG_KEY|PYTHON_SHA256|TOKENIZERS_PARALLELISM)$|^(?:NEXT_|VITE_|REACT_APP_)?PUBLIC_/;

/** How sure the name is: nothing but a password may be a number. */
export function kindOfName(name: string): 'password' | 'secret' | undefined {
  if (PUBLIC.test(name)) return undefined;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const last = words.at(-1) ?? '';
  if (ABOUT.test(last)) return undefined;
  if (words.some((word) => PASSWORD.test(word)) || /(?:password|passwd|^pass)$/.test(last)) return 'password';
  if (LAST.test(last) || words.some((word) => SECRET.test(word))) return 'secret';
  return last === 'key' && words.some((word) => KEY.test(word)) ? 'secret' : undefined;
}

/** The text as compose would fill it in without any variable set; what has no default stays unknown. */
function expand(text: string, depth = 0): string {
  let result = '';
  for (let at = 0; at < text.length; at += 1) {
    const rest = text.slice(at, at + 2);
    if (rest === '$$') {
      result += '$';
      at += 1;
    } else if (rest === '${') {
      const end = closingBrace(text, at + 2);
      result += expandVariable(text.slice(at + 2, end), depth);
      at = end;
    } else if (/^\$[A-Za-z_]/.test(rest)) {
      at += /^\w+/.exec(text.slice(at + 1, at + 200))?.[0].length ?? 0;
      result += UNKNOWN;
    } else result += text.charAt(at);
  }
  return result;
}

function closingBrace(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith('${', at)) open += 1;
    else if (text.charAt(at) === '}') open -= 1;
    if (open === 0) return at;
  }
  return text.length;
}

/** `NAME`, `NAME:-default`, `NAME-default`; `:?` asks for a value and `:+` replaces one. */
function expandVariable(inside: string, depth: number): string {
  const fallback = /^\w+:?-(.*)$/s.exec(inside)?.[1];
  if (fallback === undefined || depth > 5) return UNKNOWN;
  const value = expand(fallback, depth + 1);
  return value === '' ? UNKNOWN : DEFAULTED + value;
}

const URL = /([a-z][a-z0-9+.-]{0,30}):\/\/[^\s:/?#@"']{0,200}:([^\s/?#@"']{1,200})@/gi;

function literal(text: string): { readonly value: string; readonly isDefault: boolean } | undefined {
  const value = text.replaceAll(DEFAULTED, '');
  if (value === '' || value.includes(UNKNOWN)) return undefined;
  return { value, isDefault: text.includes(DEFAULTED) };
}

function findInUrls(expanded: string, place: Place): LiteralSecret[] {
  return [...expanded.matchAll(URL)].flatMap(([, scheme = '', password = '']) => {
    const found = literal(password);
    if (found === undefined || isPlaceholder(found.value)) return [];
    const { value, isDefault } = found;
    // A default that holds the whole URL is one as well.
    return [
      {
        what: `the password of a ${scheme}:// URL`,
        length: value.length,
        place,
        isDefault: isDefault || expanded.includes(DEFAULTED),
      },
    ];
  });
}

/** What nobody would take for the value itself. */
function isPlaceholder(value: string): boolean {
  return /^<.*>$|^\[.*\]$|^x{3,}$|^\*+$|^\.{3}$|your[-_ ]|[-_ ]here$|^(?:null|none|undefined)$/i.test(value);
}

/** Paths, switches and names of things are not secrets whatever the variable is called. */
function looksSecret(value: string, kind: 'password' | 'secret'): boolean {
  if (isPlaceholder(value) || /^(?:true|false|yes|no|on|off|enabled|disabled)$/i.test(value)) return false;
  if (/^(?:\.{0,2}\/|~\/|[A-Za-z]:\\)/.test(value) || /^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return false;
  if (kind === 'password') return true;
  return !/^\d+(?:\.\d+)?[a-z]{0,2}$/i.test(value) && value.length >= 4;
}

/** Shapes that are secrets under any name. */
const TOKEN =
  /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,}|glpat-[\w-]{20}|AKIA[0-9A-Z]{16}|AIza[\w-]{35}|xox[abprs]-[\w-]{10,}|sk-(?:proj-|ant-)?[A-Za-z0-9_-]{24,}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,})\b|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Literal secrets of a variable, build argument or label. */
export function findInVariable({ role, name, text, place }: ComposeVariable): readonly LiteralSecret[] {
  const expanded = expand(text);
  const what = role === 'environment' ? name : `the ${role} ${name}`;
  const inUrl = findInUrls(expanded, place).map((found) => ({ ...found, what: `${what} (${found.what})` }));
  if (inUrl.length > 0) return inUrl;
  const found = literal(expanded);
  if (found === undefined) return [];
  const { value, isDefault } = found;
  const kind = kindOfName(name);
  const secret = TOKEN.test(value) ? !/your[-_ ]/i.test(value) : kind !== undefined && looksSecret(value, kind);
  return secret ? [{ what, length: value.length, isDefault, place }] : [];
}

const OPTION = /^--?(?:requirepass|masterauth|password|passwd|pass|token|secret|api-?key|auth-?token|secret-key)$/i;
const SHORT: Readonly<Record<string, RegExp>> = {
  'redis-cli': /^(?:-a|--pass)$/,
  'valkey-cli': /^(?:-a|--pass)$/,
  sqlcmd: /^-P$/,
};
const MYSQL = /^(?:mysql|mysqladmin|mysqldump|mariadb|mariadb-admin)$/;

/** Literal secrets among the words of a command or health check. */
export function findInCommand({ role, words }: ComposeCommand): readonly LiteralSecret[] {
  const texts = words.map(({ value }) => expand(value));
  const programs = texts.map((text) => text.slice(text.lastIndexOf('/') + 1));
  return texts.flatMap((text, index): LiteralSecret[] => {
    const place = words[index]?.place ?? { file: '' };
    const inUrl = findInUrls(text, place);
    if (inUrl.length > 0) return inUrl.map((found) => ({ ...found, what: `${found.what} in the ${role}` }));
    const { option, value } = readOption(texts, index, programs);
    const found = literal(value ?? '');
    if (found === undefined || option === undefined || !looksSecret(found.value, 'password')) return [];
    // `$$NAME` is a variable of the shell in the container.
    if (/\$[A-Za-z_{(]/.test(found.value)) return [];
    return [{ what: `${option} in the ${role}`, length: found.value.length, isDefault: found.isDefault, place }];
  });
}

interface WrittenOption {
  readonly option?: string;
  readonly value?: string | undefined;
}

/** `--password x`, `--password=x`, `PGPASSWORD=x`, `redis-cli -a x`, `mysqladmin -px`. */
function readOption(texts: readonly string[], index: number, programs: readonly string[]): WrittenOption {
  const text = texts[index] ?? '';
  const next = texts[index + 1];
  const [, name = '', assigned] = /^([A-Za-z_-][\w-]*)=(.*)$/s.exec(text) ?? [];
  if (assigned !== undefined && (OPTION.test(name) || (!name.startsWith('-') && kindOfName(name) !== undefined)))
    return { option: name, value: assigned };
  const follows = next === undefined || next.startsWith('-') ? undefined : next;
  if (OPTION.test(text)) return { option: text, value: follows };
  const program = programs.slice(0, index).findLast((each) => each in SHORT || MYSQL.test(each));
  if (program === undefined) return {};
  if (SHORT[program]?.test(text) === true) return { option: `${program} ${text}`, value: follows };
  const glued = MYSQL.test(program) ? /^-p(.+)$/s.exec(text)?.[1] : undefined;
  return glued === undefined ? {} : { option: `${program} -p`, value: glued };
}
