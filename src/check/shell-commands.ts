import type { DockerfileInstruction, DockerfileLine } from '../model/facts.ts';

/** A word of a shell command, quotes kept, with the Dockerfile line it starts on. */
export interface ShellWord {
  readonly text: string;
  readonly line: number;
  /** Directly behind the word or redirection before it, without white space. */
  readonly glued: boolean;
}
/** `>target`, `2>&1`, `<file`: an unquoted redirection and the word it names. */
export interface Redirection {
  readonly operator: string;
  readonly target: string;
  readonly line: number;
  /** Index in `words` of the word in front of it, -1 without one. */
  readonly after: number;
  /** The word in front touches the operator: `name>=1`. */
  readonly glued: boolean;
}
/** One simple command of a shell script. */
export interface ShellCommand {
  readonly words: readonly ShellWord[];
  readonly redirections: readonly Redirection[];
}

const SEPARATORS = new Set([';', '&', '|', '(', ')', '\n', '`']);

interface Draft {
  words: ShellWord[];
  redirections: Redirection[];
  word: string;
  line: number;
  glued: boolean;
  /** The redirection whose target comes next. */
  pending: Omit<Redirection, 'target'> | undefined;
}

/**
 * The simple commands of the shell scripts in a RUN instruction, each word at its own line: enough of a shell to know
 * what is quoted, what is a redirection and where a command ends. Nothing for the JSON form, which has no shell.
 */
export function readShellCommands(instruction: DockerfileInstruction): readonly ShellCommand[] {
  if (instruction.keyword !== 'RUN') return [];
  const script = dropFlags(instruction);
  const text = script.map((piece) => piece.text).join('');
  if (text.trimStart().startsWith('[')) return [];
  const bodies = /^\s*\d*<</.test(text) ? instruction.heredocs.flatMap((heredoc) => shellBody(heredoc.lines)) : [];
  return [...splitCommands(script), ...bodies];
}

/** A here-document that is run by a shell: no `#!`, or one that names a shell. */
function shellBody(lines: readonly DockerfileLine[]): readonly ShellCommand[] {
  const first = lines[0]?.text ?? '';
  if (first.startsWith('#!') && !/\b(?:ba|da|a|z|k)?sh\b/.test(first)) return [];
  return splitCommands(
    lines.map(({ line, text }) => ({ line, text: endsOpen(text) ? text.slice(0, -1) : `${text}\n` })),
  );
}

function endsOpen(text: string): boolean {
  return text.endsWith('\\') && !text.endsWith('\\\\');
}

/** The pieces behind `--mount=…` and its kin. */
function dropFlags(instruction: DockerfileInstruction): readonly DockerfileLine[] {
  const flags = /^(?:\s*--[a-z][a-z-]*(?:=\S*)?(?=\s|$))*/.exec(instruction.lines.map((piece) => piece.text).join(''));
  let skip = flags?.[0].length ?? 0;
  return instruction.lines.map(({ line, text }) => {
    const rest = text.slice(skip);
    skip -= Math.min(skip, text.length);
    return { line, text: rest };
  });
}

/** Cuts a script into simple commands; substitutions count as commands of their own. Linear. */
export function splitCommands(lines: readonly DockerfileLine[]): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  const draft: Draft = { words: [], redirections: [], word: '', line: 0, glued: false, pending: undefined };
  const finish = (): void => {
    endWord(draft);
    if (draft.words.length > 0 || draft.redirections.length > 0) {
      commands.push({ words: draft.words, redirections: draft.redirections });
    }
    Object.assign(draft, { words: [], redirections: [], glued: false, pending: undefined });
  };
  let quote = '';
  let comment = false;
  for (const { line, text } of lines) {
    for (let index = 0; index < text.length; index += 1) {
      const character = text.charAt(index);
      if (comment && character !== '\n') continue;
      comment = false;
      if (quote !== '') {
        add(draft, character, line);
        if (character === '\\' && quote === '"') add(draft, text.charAt((index += 1)), line);
        else if (character === quote) quote = '';
      } else if (character === '\\') add(draft, character + text.charAt((index += 1)), line);
      else if (character === '"' || character === "'") {
        quote = character;
        add(draft, character, line);
      } else if (character === '#' && draft.word === '') comment = true;
      else if (character === '>' || character === '<') index += startRedirection(draft, text, index, line) - 1;
      else if (SEPARATORS.has(character)) finish();
      else if (/\s/.test(character)) {
        endWord(draft);
        draft.glued = false;
      } else add(draft, character, line);
    }
  }
  finish();
  return commands;
}

function add(draft: Draft, text: string, line: number): void {
  if (draft.word === '') draft.line = line;
  draft.word += text;
}

function endWord(draft: Draft): void {
  const { word, line, pending } = draft;
  if (word === '') return;
  if (pending === undefined) draft.words.push({ text: word, line, glued: draft.glued });
  else draft.redirections.push({ ...pending, target: word });
  Object.assign(draft, { word: '', pending: undefined, glued: true });
}

/** Takes the operator at `index`; the digits or `&` in front of it belong to it. Returns its length. */
function startRedirection(draft: Draft, text: string, index: number, line: number): number {
  const operator = /^(?:>>|>\||>&|>|<<<|<<-?|<&|<>|<)/.exec(text.slice(index, index + 3))?.[0] ?? '>';
  const descriptor = /^\d+$/.test(draft.word);
  if (descriptor) draft.word = '';
  const touching = draft.word !== '' && !descriptor;
  endWord(draft);
  const after = draft.words.length - 1;
  draft.pending = { operator, line: touching ? draft.line : line, after, glued: touching };
  return operator.length;
}
