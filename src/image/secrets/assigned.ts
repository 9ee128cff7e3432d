import { judgeSecretName } from '../../model/secret-names.ts';
import type { NamedFile } from './named-files.ts';
import { entropyOf, isPlaceholder } from './pattern.ts';
import { searchText } from './search.ts';
import { isSecretValue } from './value.ts';

const SOURCE =
  /\.(?:py|m?js|cjs|tsx?|jsx|json|ya?ml|toml|ini|cfg|conf|properties|sh|bash|rb|php|go|java|kt|cs|scala|rs|xml|config|tf|txt)$/;
/** Packages and the system's own files: their secrets are examples, and there are millions of assignments. Tests and translations name what they do not hold. */
const FOREIGN =
  /(?:^|\/)(?:site-packages|dist-packages|node_modules|vendor|third_party|__pycache__|lib\/python[\d.]+|tests?|__tests__|spec|fixtures|testdata|examples?|docs?|locales?|i18n|lang|translations|\.git)\/|^(?:usr\/(?:lib|libexec|share|include|src|local\/(?:lib|share|include|cuda[^/]*))|lib\d*|var\/lib|etc\/(?:ssl|alternatives|apt|pam\.d|security)|opt\/(?:conda|nvidia))\/|(?:^|\/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|Pipfile\.lock|tokenizer[\w.]*\.json|special_tokens_map\.json|vocab\.\w+|openapi\.\w+|swagger\.\w+)$|\.(?:test|spec|min)\.\w+$|(?:^|\/)test_[^/]*$/;

/** What the application itself assigns to a name that says it is secret; undefined for files of others. */
export function assignedFile(path: string): NamedFile | undefined {
  if (!SOURCE.test(path) || FOREIGN.test(path)) return undefined;
  const shapes = SETTINGS.test(path) ? [...QUOTED, ...BARE] : QUOTED;
  return { rule: 'secret.layers', kind: 'value with a secret’s name', find: (text) => findAssigned(text, shapes) };
}

/** What stands without quotes is a value here; in code it is an expression. */
const SETTINGS = /\.(?:ya?ml|toml|ini|cfg|conf|properties|sh|bash|txt|json|config|xml|tf)$/;

const WORTH_A_LOOK = /secret|passw|passphrase|token|key|credential/i;
const NAME = String.raw`(?<name>[A-Za-z_][\w.-]{1,60})`;
const VALUE = String.raw`(?<quote>["'\x60])(?<value>[^"'\x60\n\\]{12,200})\k<quote>`;
/** How languages and formats put a value beside its name. */
const QUOTED = compile([
  // name = "value", name: str = 'value', var name string = "value", "name" => "value", name ?= `value`
  String.raw`(?<!\w)["']?${NAME}["'\]]{0,2}(?:\s{0,3}:\s{0,2}[A-Za-z.]{2,20}|\s[Ss]tr(?:ing)?)?\s{0,6}(?:=>|:{1,3}=|[?.+]?=|:)\s{0,4}[bru@]?${VALUE}`,
  // define('name', 'value')
  String.raw`\w\(\s{0,3}["']${NAME}["']\s{0,3},\s{0,3}${VALUE}`,
  // <add key="name" value="value"/>
  String.raw`\bkey=["']${NAME}["']\s{1,3}value=${VALUE}`,
]);
const BARE = compile([
  String.raw`<${NAME}>\s{0,40}(?<value>[^<>\s]{12,200})\s{0,40}<\/`,
  // name: value, export name=value
  String.raw`^[ \t]*(?:export[ \t]+|-[ \t]+)?${NAME}[ \t]*[=:][ \t]*(?<value>[^\s#;'"]{12,200})[ \t]*\r?$`,
  // NAME=value in a text within a text
  String.raw`["'\s]${NAME}=(?<value>[^\s#;'"\\&]{12,200})(?=\\n|["'\s&])`,
]);

function compile(shapes: readonly string[]): readonly RegExp[] {
  return shapes.map((shape) => new RegExp(shape, 'gm'));
}

function findAssigned(text: string, shapes: readonly RegExp[]): readonly string[] {
  if (!WORTH_A_LOOK.test(text)) return [];
  return [
    ...findManifestSecrets(text),
    ...shapes
      .flatMap((shape) => [...text.matchAll(shape)])
      .flatMap(({ groups = {} }) => {
        const { name = '', value = '' } = groups;
        // What has a form of its own is told by that form.
        return isAssignedSecret(name, value) && searchText(value).length === 0 ? [value] : [];
      }),
  ];
}

const MANIFEST = /^kind:[ \t]*["']?Secret["']?[ \t]*\r?$/m;
const ENTRY = /^[ \t]+[\w.-]+:[ \t]*["']?(?<value>[A-Za-z0-9+/]{16,}={0,2})["']?[ \t]*\r?$/gm;

/** Values below `data:` of a Kubernetes Secret, whatever they are called. */
function findManifestSecrets(text: string): readonly string[] {
  if (!MANIFEST.test(text) || !/^data:/m.test(text)) return [];
  const [, data = ''] = text.split(/^data:[^\n]*\n/m);
  const [own = ''] = data.split(/^(?:\S|---)/m);
  return [...own.matchAll(ENTRY)]
    .map(({ groups }) => groups?.['value'] ?? '')
    .filter((value) => !isPlaceholder(Buffer.from(value, 'base64').toString('latin1')));
}

const STRONG =
  /secret|token|passw|passphrase|(?:api|access|private|encrypt(?:ion)?|signing|auth|master|account|service|storage|license)[_.-]?key|credential/i;
const HARMLESS =
  /(?:page|continuation|next|csrf|xsrf|sync|cursor|bos|eos|pad|unk|sep|cls|mask|special|cancel|stop|image|added|design)[_.-]?tokens?$|secret[_.-]?(?:name|ref|id|key[_.-]?ref)$|public/i;
const SHORTEST = { password: 12, token: 16 } as const;

/** Nobody confirms it, so it must look like nothing else: made by a machine, of one piece, no words, no address. */
function isAssignedSecret(name: string, value: string): boolean {
  const sort = judgeSecretName(name);
  if (sort === undefined || !STRONG.test(name) || HARMLESS.test(name)) return false;
  if (
    value.length < SHORTEST[sort] ||
    /[\s;{}<>?,|\\[\]]|:\/\/|%\(|\w\([^(]*\)|\.\w+\(/.test(value) ||
    !isSecretValue(name, value)
  )
    return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value) || isMadeOfWords(value)) return false;
  return entropyOf(value) >= (value.length >= 20 ? 3.3 : 3);
}

/** `prod-db-password-2024`, `accounts.api.v1`: names of secrets, not secrets. */
function isMadeOfWords(value: string): boolean {
  return value.split(/[-_./:@]/).every((piece) => /^(?:[A-Za-z]{0,14}\d{0,4}|v?\d{1,4})$/.test(piece));
}
