/** `<<EOF` as it stands in an instruction. */
export interface HeredocMark {
  readonly name: string;
  /** `<<-`: leading tabs are taken off. */
  readonly chomp: boolean;
}

/** Words of a line, split at white space outside quotes; quotes and escapes stay. */
export function splitWords(text: string, escape = '\\'): readonly string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === escape && quote !== "'") {
      word += character + text.charAt(index + 1);
      index += 1;
    } else if (quote === '' && /\s/.test(character)) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      if (quote === character) quote = '';
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      word += character;
    }
  }
  if (word !== '') words.push(word);
  return words;
}

/** The here-documents an instruction opens, in order. */
export function findHeredocs(text: string): readonly HeredocMark[] {
  const marks: HeredocMark[] = [];
  for (const word of splitWords(text)) {
    const match = /^\d*<<(-?)([^<]+)$/.exec(word);
    const name = match?.[2]?.replace(/['"]/g, '') ?? '';
    if (name !== '') marks.push({ name, chomp: match?.[1] === '-' });
  }
  return marks;
}

/** The strings of the JSON form (`["a", "b"]`), or undefined when it is the plain form. */
export function parseJsonForm(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the arguments behind the flags are in JSON form. */
export function isJsonForm(text: string): boolean {
  return parseJsonForm(splitFlags(text).rest) !== undefined;
}

export interface Flag {
  readonly name: string;
  readonly value: string;
}
/** `--name=value` words in front of an instruction's arguments. */
export function splitFlags(text: string, escape = '\\'): { readonly flags: readonly Flag[]; readonly rest: string } {
  const flags: Flag[] = [];
  let rest = text.trim();
  for (;;) {
    if (!rest.startsWith('--')) return { flags, rest };
    const word = firstWord(rest, escape);
    rest = rest.slice(word.length).trimStart();
    if (word === '--') return { flags, rest };
    const equals = word.indexOf('=');
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
    flags.push({ name, value: equals < 0 ? '' : word.slice(equals + 1).replace(/^(["'])([^]*)\1$/, '$2') });
  }
}

function firstWord(text: string, escape: string): string {
  let quote = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === escape && quote !== "'") index += 1;
    else if (quote === '' && /\s/.test(character)) return text.slice(0, index);
    else if (quote === character) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
  }
  return text;
}

/** The value of a variable: text, `null` when it is known to be unset, undefined when nobody can know before the build. */
export type Lookup = (name: string) => string | null | undefined;

/** Deeper nesting or longer operands do not occur; the bounds keep hostile input linear. */
const OPERAND_LIMIT = 4096;
const DEPTH_LIMIT = 8;

/** A word with variables filled in and quotes removed, or undefined when a value cannot be known before the build. */
export function expandWord(word: string, lookup: Lookup, escape = '\\', depth = 0): string | undefined {
  let result = '';
  let quote = '';
  for (let index = 0; index < word.length; index += 1) {
    const character = word.charAt(index);
    if (character === escape && quote !== "'") {
      const next = word.charAt(index + 1);
      // Inside double quotes only these characters can be escaped; before others the character stands for itself.
      result += quote === '"' && !['"', '$', escape].includes(next) ? character + next : next;
      index += 1;
    } else if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === '$' && quote !== "'") {
      const expansion = expandVariable(word.slice(index + 1, index + 1 + OPERAND_LIMIT), lookup, escape, depth);
      if (expansion === undefined) return undefined;
      result += expansion.value;
      index += expansion.length;
    } else result += character;
  }
  return result;
}

interface Variable {
  readonly name: string;
  readonly operator: string;
  readonly operand: string;
  readonly length: number;
}

function expandVariable(
  text: string,
  lookup: Lookup,
  escape: string,
  depth: number,
): { readonly value: string; readonly length: number } | undefined {
  const variable = readVariable(text);
  // `${name#pattern}` and its kin are left to the build; a lone `$` stands for itself.
  if (variable === undefined) return text.startsWith('{') ? undefined : { value: '$', length: 0 };
  const { name, operator, operand, length } = variable;
  const value = lookup(name);
  if (value === undefined || depth > DEPTH_LIMIT) return undefined;
  const missing = value === null || (operator.startsWith(':') && value === '');
  const chosen = chooseValue(operator.at(-1), missing, value ?? '', operand);
  const expanded = chosen.literal ? chosen.text : expandWord(chosen.text, lookup, escape, depth + 1);
  return expanded === undefined ? undefined : { value: expanded, length };
}

function readVariable(text: string): Variable | undefined {
  const plain = /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9])/.exec(text)?.[0];
  if (plain !== undefined) return { name: plain, operator: '', operand: '', length: plain.length };
  const [head, name = '', operator = ''] = /^\{([A-Za-z_][A-Za-z0-9_]*)(:?[-+?])?/.exec(text) ?? [];
  if (head === undefined) return undefined;
  const end = findClosingBrace(text, head.length);
  if (end === undefined || (operator === '' && end !== head.length)) return undefined;
  return { name, operator, operand: text.slice(head.length, end), length: end + 1 };
}

function findClosingBrace(text: string, start: number): number | undefined {
  let open = 1;
  for (let index = start; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '\\') index += 1;
    else if (character === '{') open += 1;
    else if (character === '}') open -= 1;
    if (open === 0) return index;
  }
  return undefined;
}

function chooseValue(
  operator: string | undefined,
  missing: boolean,
  value: string,
  operand: string,
): { readonly text: string; readonly literal: boolean } {
  if (operator === '-' && missing) return { text: operand, literal: false };
  if (operator === '+') return missing ? { text: '', literal: true } : { text: operand, literal: false };
  return { text: value, literal: true };
}
