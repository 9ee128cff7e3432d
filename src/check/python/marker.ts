import { isInSpecifier, normalizeName } from './version.ts';

type MarkerValue = { readonly variable: string } | { readonly literal: string };
/** An environment marker (PEP 508) as a tree. */
export type Marker =
  | { readonly joined: 'and' | 'or'; readonly left: Marker; readonly right: Marker }
  | { readonly left: MarkerValue; readonly operator: string; readonly right: MarkerValue };

/** Values of the marker variables; one that cannot be known from outside is absent. */
export type MarkerEnvironment = Readonly<Record<string, string>>;

const TOKEN =
  /\s*(?:(?<literal>'[^']*'|"[^"]*")|(?<operator>===|==|~=|!=|<=|>=|<|>|not\s+in\b|in\b)|(?<word>[A-Za-z_][\w.]*)|(?<bracket>[()]))/y;

/** Names that setuptools wrote before PEP 508. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  'os.name': 'os_name',
  'sys.platform': 'sys_platform',
  'platform.version': 'platform_version',
  'platform.machine': 'platform_machine',
  'platform.python_implementation': 'platform_python_implementation',
  python_implementation: 'platform_python_implementation',
};

/** More than any real marker has; the parser goes as deep as the brackets do. */
const TOKENS = 500;

interface Token {
  readonly kind: string;
  readonly text: string;
}

/** Undefined when the text is no marker. */
export function parseMarker(text: string): Marker | undefined {
  const tokens = readTokens(text);
  if (tokens === undefined) return undefined;
  const cursor = { tokens, at: 0 };
  const marker = parseJoined(cursor, 'or');
  return cursor.at === tokens.length ? marker : undefined;
}

function readTokens(text: string): readonly Token[] | undefined {
  const source = text.trimEnd();
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    TOKEN.lastIndex = at;
    const [kind, found] = Object.entries(TOKEN.exec(source)?.groups ?? {}).find(([, value]) => value) ?? [];
    if (kind === undefined || found === undefined || tokens.length === TOKENS) return undefined;
    tokens.push({ kind, text: found });
    at = TOKEN.lastIndex;
  }
  return tokens;
}

interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

/** `and` binds closer than `or`. */
function parseJoined(cursor: Cursor, joined: 'and' | 'or'): Marker | undefined {
  const next = () => (joined === 'or' ? parseJoined(cursor, 'and') : parseTerm(cursor));
  let left = next();
  while (left !== undefined && cursor.tokens[cursor.at]?.text === joined) {
    cursor.at += 1;
    const right = next();
    if (right === undefined) return undefined;
    left = { joined, left, right };
  }
  return left;
}

function parseTerm(cursor: Cursor): Marker | undefined {
  if (cursor.tokens[cursor.at]?.text === '(') {
    cursor.at += 1;
    const inner = parseJoined(cursor, 'or');
    if (cursor.tokens[cursor.at]?.text !== ')') return undefined;
    cursor.at += 1;
    return inner;
  }
  const left = parseValue(cursor.tokens[cursor.at]);
  const operator = cursor.tokens[cursor.at + 1];
  const right = parseValue(cursor.tokens[cursor.at + 2]);
  if (left === undefined || operator?.kind !== 'operator' || right === undefined) return undefined;
  cursor.at += 3;
  return { left, operator: operator.text.replace(/\s+/, ' '), right };
}

function parseValue(token: Token | undefined): MarkerValue | undefined {
  if (token?.kind === 'literal') return { literal: token.text.slice(1, -1) };
  if (token?.kind !== 'word' || token.text === 'and' || token.text === 'or') return undefined;
  return { variable: OLD_NAMES[token.text] ?? token.text };
}

/** True, false, or undefined where the answer hangs on a value that is not known. */
export function evaluateMarker(marker: Marker, environment: MarkerEnvironment): boolean | undefined {
  if (!('joined' in marker)) return compareValues(marker, environment);
  const left = evaluateMarker(marker.left, environment);
  const right = evaluateMarker(marker.right, environment);
  const decisive = marker.joined === 'or';
  if (left === decisive || right === decisive) return decisive;
  return left === undefined || right === undefined ? undefined : !decisive;
}

function compareValues(
  { left, operator, right }: Exclude<Marker, { readonly joined: string }>,
  environment: MarkerEnvironment,
): boolean | undefined {
  const extra = [left, right].some((value) => 'variable' in value && value.variable === 'extra');
  const [one, other] = [left, right].map((value) => {
    const text = 'literal' in value ? value.literal : environment[value.variable];
    return extra && text !== undefined ? normalizeName(text) : text;
  });
  if (one === undefined || other === undefined) return undefined;
  if (operator === 'in') return other.includes(one);
  if (operator === 'not in') return !other.includes(one);
  return (extra ? undefined : isInSpecifier(one, operator + other)) ?? compareTexts(one, operator, other);
}

/** How PEP 508 compares what is no version. */
function compareTexts(one: string, operator: string, other: string): boolean | undefined {
  switch (operator) {
    case '==':
    case '===':
      return one === other;
    case '!=':
      return one !== other;
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    case '>=':
      return one >= other;
    default:
      return undefined;
  }
}
