/**
 * Patterns of ignore files with the meaning BuildKit gives them (moby/patternmatcher): `*` and `?` stop at `/`, `**`
 * spans any number of folders. Matched by stepping a set of positions, so no pattern makes it slower than its length.
 */
export interface Glob {
  matches(path: string): boolean;
}

type Token =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'many' }
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] }
  /** `**` in front of more: nothing, or anything that ends with `/`. */
  | { readonly kind: 'folders' }
  /** `**` at the end: everything that is left. */
  | { readonly kind: 'rest' };

/** The matcher of a pattern, or undefined when its syntax is wrong, which makes the build fail. */
export function compileGlob(pattern: string): Glob | undefined {
  const characters = Array.from(pattern);
  const tokens: Token[] = [];
  let index = 0;
  while (index < characters.length) {
    const step = readToken(characters, index);
    if (step === undefined) return undefined;
    tokens.push(step.token);
    index = step.next;
  }
  return { matches: chooseMatcher(characters, tokens) };
}

/** Expressions with this many wildcards at most cannot backtrack for long on a path; more of them are stepped. */
const WILDCARDS = 2;

function chooseMatcher(characters: readonly string[], tokens: readonly Token[]): (path: string) => boolean {
  if (tokens.every((token) => token.kind === 'literal')) {
    const text = tokens.map((token) => token.text).join('');
    return (path) => path === text;
  }
  const suffix = readSuffix(characters);
  if (suffix !== undefined) return (path) => endsWith(path, suffix);
  if (tokens.filter((token) => 'many folders rest'.includes(token.kind)).length > WILDCARDS) {
    return (path) => matchTokens(tokens, path);
  }
  const expression = new RegExp(`^${tokens.map(toExpression).join('')}$`, 'su');
  return (path) => expression.test(path);
}

function toExpression(token: Token): string {
  switch (token.kind) {
    case 'literal':
      return quote(token.text);
    case 'one':
      return '[^/]';
    case 'many':
      return '[^/]*';
    case 'folders':
      return '(?:.*/)?';
    case 'rest':
      return '.*';
    case 'class':
      return `[${token.negated ? '^' : ''}${token.ranges.map(([low, high]) => `${quote(low)}-${quote(high)}`).join('')}]`;
  }
}

function quote(character: string): string {
  return `\\u{${codeOf(character).toString(16)}}`;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** `**` followed by plain characters only is a comparison of endings: `**foo` takes `xfoo`, `**\/foo` takes `foo` and `a/foo`. */
function readSuffix(characters: readonly string[]): string | undefined {
  if (characters[0] !== '*' || characters[1] !== '*') return undefined;
  const rest = characters.slice(2);
  return rest.some((character) => '*?[]\\'.includes(character)) ? undefined : rest.join('');
}

function endsWith(path: string, suffix: string): boolean {
  return path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
}

interface Step {
  readonly token: Token;
  readonly next: number;
}

function readToken(characters: readonly string[], index: number): Step | undefined {
  const character = characters[index] ?? '';
  switch (character) {
    case '*':
      return characters[index + 1] === '*'
        ? readDoubleStar(characters, index)
        : { token: { kind: 'many' }, next: index + 1 };
    case '?':
      return { token: { kind: 'one' }, next: index + 1 };
    case '[':
      return readClass(characters, index + 1);
    case '\\': {
      const text = characters[index + 1];
      return text === undefined ? undefined : { token: { kind: 'literal', text }, next: index + 2 };
    }
    default:
      return { token: { kind: 'literal', text: character }, next: index + 1 };
  }
}

function readDoubleStar(characters: readonly string[], index: number): Step {
  const next = characters[index + 2] === '/' ? index + 3 : index + 2;
  return { token: { kind: next >= characters.length ? 'rest' : 'folders' }, next };
}

function readClass(characters: readonly string[], start: number): Step | undefined {
  const negated = characters[start] === '^';
  const ranges: (readonly [string, string])[] = [];
  let index = negated ? start + 1 : start;
  while (characters[index] !== ']' || ranges.length === 0) {
    const low = readMember(characters, index);
    if (low === undefined) return undefined;
    const dashed = characters[low.next] === '-';
    const high = dashed ? readMember(characters, low.next + 1) : low;
    if (high === undefined || codeOf(low.text) > codeOf(high.text)) return undefined;
    ranges.push([low.text, high.text]);
    index = high.next;
  }
  return { token: { kind: 'class', negated, ranges }, next: index + 1 };
}

function readMember(
  characters: readonly string[],
  index: number,
): { readonly text: string; readonly next: number } | undefined {
  const escaped = characters[index] === '\\';
  const text = characters[escaped ? index + 1 : index];
  if (text === undefined || (!escaped && (text === '-' || text === ']'))) return undefined;
  return { text, next: escaped ? index + 2 : index + 1 };
}

/** Steps all positions at once: `2i` stands before token i, `2i+1` inside a `folders` token that has begun. */
function matchTokens(tokens: readonly Token[], path: string): boolean {
  let positions = settle(tokens, [0]);
  for (const character of path) {
    const next: number[] = [];
    for (const position of positions) next.push(...step(tokens, position, character));
    positions = settle(tokens, next);
  }
  return positions.has(tokens.length * 2);
}

function settle(tokens: readonly Token[], positions: readonly number[]): ReadonlySet<number> {
  const settled = new Set<number>();
  for (const start of positions) {
    let position = start;
    settled.add(position);
    while (position % 2 === 0 && canBeEmpty(tokens[position / 2])) {
      position += 2;
      settled.add(position);
    }
  }
  return settled;
}

function canBeEmpty(token: Token | undefined): boolean {
  return token?.kind === 'many' || token?.kind === 'folders' || token?.kind === 'rest';
}

function step(tokens: readonly Token[], position: number, character: string): readonly number[] {
  const index = Math.floor(position / 2);
  const token = tokens[index];
  const after = (index + 1) * 2;
  switch (token?.kind) {
    case undefined:
      return [];
    case 'folders':
      return character === '/' ? [index * 2 + 1, after] : [index * 2 + 1];
    case 'rest':
      return [position];
    case 'many':
      return character === '/' ? [] : [position];
    case 'one':
      return character === '/' ? [] : [after];
    case 'literal':
      return character === token.text ? [after] : [];
    case 'class':
      return isMember(token.ranges, character) === token.negated ? [] : [after];
  }
}

function isMember(ranges: readonly (readonly [string, string])[], character: string): boolean {
  const code = codeOf(character);
  return ranges.some(([low, high]) => code >= codeOf(low) && code <= codeOf(high));
}
