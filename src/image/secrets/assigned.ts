import { judgeSecretName } from '../../model/secret-names.ts';
import type { NamedFile } from './named-files.ts';
import { entropyOf } from './pattern.ts';
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
  return { rule: 'secret.layers', kind: 'value with a secret’s name', find: findAssigned };
}

const WORTH_A_LOOK = /secret|passw|passphrase|token|key|credential/i;
const QUOTED =
  /(?<![\w$])["']?(?<name>[A-Za-z_][\w.-]{1,60})["']?(?:\s{0,3}:\s{0,2}[A-Za-z.]{2,20})?\s{0,6}(?:=>|:=|[=:])\s{0,4}[bru]?(?:"(?<double>[^"\n\\]{12,200})"|'(?<single>[^'\n\\]{12,200})')/g;
const DEFINED =
  /\bdefine\(\s{0,3}["'](?<name>\w{2,60})["']\s{0,3},\s{0,3}(?:"(?<double>[^"\n\\]{12,200})"|'(?<single>[^'\n\\]{12,200})')/g;
const BARE =
  /^[ \t]*(?:export[ \t]+|-[ \t]+)?(?<name>[A-Za-z_][\w.-]{1,60})[ \t]*[=:][ \t]*(?<bare>[^\s#;'"]{12,200})[ \t]*\r?$/gm;

function findAssigned(text: string): readonly string[] {
  if (!WORTH_A_LOOK.test(text)) return [];
  return [QUOTED, DEFINED, BARE]
    .flatMap((shape) => [...text.matchAll(shape)])
    .flatMap(({ groups = {} }) => {
      const { name = '', double, single, bare } = groups;
      const value = double ?? single ?? bare ?? '';
      // What has a form of its own is told by that form.
      return isAssignedSecret(name, value) && searchText(value).length === 0 ? [value] : [];
    });
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
  if (value.length < SHORTEST[sort] || /\s|:\/\/|\{\{|\}\}|<\w|%\(|^\[|\]$/.test(value) || !isSecretValue(name, value))
    return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value) || isMadeOfWords(value)) return false;
  return entropyOf(value) >= (value.length >= 20 ? 3.3 : 3);
}

/** `prod-db-password-2024`, `accounts.api.v1`: names of secrets, not secrets. */
function isMadeOfWords(value: string): boolean {
  return value.split(/[-_./:@]/).every((piece) => /^(?:[A-Za-z]{0,14}\d{0,4}|v?\d{1,4})$/.test(piece));
}
