/** One way of proving who one is that a 401 offers (RFC 9110, 11.6.1). */
export interface Challenge {
  /** Lower case: `basic`, `bearer`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const PARAMETER =
  /([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^_`|~0-9A-Za-z/:]+))/y;

/** The challenges of a WWW-Authenticate header; what cannot be read ends the list. */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: Challenge[] = [];
  let at = skipSeparators(header, 0);
  while (at < header.length) {
    const scheme = matchAt(TOKEN, header, at);
    if (scheme === null) break;
    const read = readParameters(header, at + scheme[0].length);
    challenges.push({ scheme: scheme[0].toLowerCase(), parameters: read.parameters });
    at = skipSeparators(header, read.end);
  }
  return challenges;
}

function readParameters(header: string, start: number): { parameters: Record<string, string>; end: number } {
  const parameters: Record<string, string> = {};
  let end = start;
  for (;;) {
    const at = skipSeparators(header, end);
    const match = matchAt(PARAMETER, header, at);
    if (match === null) return { parameters, end };
    const [text, name = '', quoted, plain = ''] = match;
    parameters[name.toLowerCase()] = quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1');
    end = at + text.length;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function skipSeparators(text: string, at: number): number {
  let end = at;
  while (end < text.length && ' \t,'.includes(text.charAt(end))) end += 1;
  return end;
}
