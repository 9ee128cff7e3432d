import type { DockerfileHeredoc, DockerfileInstruction, DockerfileLine } from '../model/facts.ts';
import { findHeredocs, isJsonForm, type HeredocMark } from './dockerfile-words.ts';

/** An instruction before it is known which stage it belongs to. */
export type LooseInstruction = Omit<DockerfileInstruction, 'stage'>;
/** A Dockerfile cut into instructions, or the first thing BuildKit would refuse. */
export type DockerfileReading =
  | ({ readonly instructions: readonly LooseInstruction[] } & Directives)
  | { readonly problem: string; readonly line: number };

interface Directives {
  readonly escape: string;
  /** The frontend that reads the file, where one is named. */
  readonly syntax?: string;
}

const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(\S.*)$/;
const DIRECTIVES = new Set(['syntax', 'escape', 'check']);
const HEREDOC_KEYWORDS = new Set(['RUN', 'COPY', 'ADD']);

/**
 * Cuts a Dockerfile the way BuildKit's parser does: parser directives on top, comment and empty lines inside a
 * continued instruction left out, here-documents by their terminators. Linear in the length of the text.
 */
export function readDockerfile(text: string): DockerfileReading {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.replace(/\r+$/, ''));
  const directives = readDirectives(lines);
  if ('problem' in directives) return directives;
  const { escape } = directives;
  const instructions: LooseInstruction[] = [];
  let index = 0;
  while (index < lines.length) {
    const logical = joinContinued(lines, index, escape);
    const bodies =
      logical.instruction === undefined ? undefined : readHeredocs(lines, logical.next, logical.instruction);
    if (bodies !== undefined && 'problem' in bodies) return bodies;
    index = bodies?.next ?? logical.next;
    if (logical.instruction === undefined) continue;
    instructions.push({ ...logical.instruction, endLine: index, heredocs: bodies?.heredocs ?? [] });
  }
  return { instructions, ...directives };
}

function readDirectives(lines: readonly string[]): Directives | { readonly problem: string; readonly line: number } {
  let escape = '\\';
  let syntax: string | undefined;
  const seen = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const [, name = '', value = ''] = DIRECTIVE.exec(line.trim()) ?? [];
    const key = name.toLowerCase();
    if (!DIRECTIVES.has(key)) break;
    if (seen.has(key)) return { problem: `only one ${key} directive can be used`, line: index + 1 };
    seen.add(key);
    if (key === 'syntax') syntax = value.trim();
    if (key !== 'escape') continue;
    if (value !== '`' && value !== '\\') return { problem: `\`${value}\` is no escape character`, line: index + 1 };
    escape = value;
  }
  return { escape, ...(syntax === undefined ? {} : { syntax }) };
}

interface LogicalLine {
  readonly instruction: Omit<LooseInstruction, 'endLine' | 'heredocs'> | undefined;
  /** Index of the first physical line behind it. */
  readonly next: number;
}

function joinContinued(lines: readonly string[], start: number, escape: string): LogicalLine {
  const pieces: DockerfileLine[] = [];
  let index = start;
  let continued = true;
  while (continued && index < lines.length) {
    const raw = lines[index] ?? '';
    const first = index === start;
    index += 1;
    // An empty first line is an empty instruction; later ones are left out, as are comments.
    if (!first && (isComment(raw) || raw.trim() === '')) continue;
    const piece = isComment(raw) ? '' : first ? raw.trimStart() : raw;
    const cut = cutContinuation(piece, escape);
    continued = cut !== undefined;
    pieces.push({ line: index, text: cut ?? piece });
  }
  return { instruction: toInstruction(pieces), next: index };
}

function isComment(line: string): boolean {
  return line.trimStart().startsWith('#');
}

/** The line without its continuation character, or undefined when it ends here; a doubled escape character does not continue. */
function cutContinuation(line: string, escape: string): string | undefined {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1;
  if (line[end - 1] !== escape || line[end - 2] === escape) return undefined;
  return line.slice(0, end - 1);
}

function toInstruction(pieces: readonly DockerfileLine[]): LogicalLine['instruction'] {
  const joined = pieces.map((piece) => piece.text).join('');
  const [head = '', keyword = ''] = /^\s*(\S+)\s*/.exec(joined) ?? [];
  if (keyword === '') return undefined;
  const lines: DockerfileLine[] = [];
  let skip = head.length;
  let line = 0;
  for (const piece of pieces) {
    if (line === 0 && piece.text.trim() !== '') line = piece.line;
    const text = piece.text.slice(skip);
    skip -= Math.min(skip, piece.text.length);
    if (text !== '') lines.push({ line: piece.line, text });
  }
  return { keyword: keyword.toUpperCase(), text: joined.slice(head.length).trimEnd(), line, lines };
}

type Bodies =
  | { readonly heredocs: readonly DockerfileHeredoc[]; readonly next: number }
  | { readonly problem: string; readonly line: number };

function readHeredocs(
  lines: readonly string[],
  start: number,
  instruction: NonNullable<LogicalLine['instruction']>,
): Bodies {
  const heredocs: DockerfileHeredoc[] = [];
  let index = start;
  for (const mark of marksOf(instruction.keyword, instruction.text)) {
    const body: DockerfileLine[] = [];
    let closed = false;
    while (!closed && index < lines.length) {
      const text = lines[index] ?? '';
      index += 1;
      closed = (mark.chomp ? text.replace(/^\t+/, '') : text) === mark.name;
      if (!closed) body.push({ line: index, text });
    }
    if (!closed) return { problem: `the here-document ${mark.name} is not terminated`, line: instruction.line };
    heredocs.push({ name: mark.name, lines: body });
  }
  return { heredocs, next: index };
}

function marksOf(keyword: string, text: string): readonly HeredocMark[] {
  if (!text.includes('<<')) return [];
  if (keyword === 'ONBUILD') {
    const [, inner = '', rest = ''] = /^(\S+)\s*([^]*)$/.exec(text) ?? [];
    return inner.toUpperCase() === 'ONBUILD' ? [] : marksOf(inner.toUpperCase(), rest);
  }
  return HEREDOC_KEYWORDS.has(keyword) && !isJsonForm(text) ? findHeredocs(text) : [];
}
