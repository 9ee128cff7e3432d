import { posix } from 'node:path';
import type { DockerfileInstruction } from '../model/facts.ts';
import { parseMount, type Dockerfile } from './dockerfile.ts';
import { visitInstructions } from './dockerfile-scope.ts';
import { expandWord, parseJsonForm, splitFlags, splitWords } from './dockerfile-words.ts';

/** A path of the build context that a reachable stage takes something from. */
export interface ContextSource {
  /** As written, variables filled in. */
  readonly written: string;
  /** Relative to the context, cleaned; empty for the whole of it. */
  readonly path: string;
  /** Holds `*`, `?` or `[` that BuildKit expands. */
  readonly wildcard: boolean;
  readonly line: number;
}

const REMOTE = /^(?:https?|ssh|git|ftp):\/\/|^git@|\.git(?:#|$)/;

/**
 * Everything COPY, ADD and bind mounts of the built stages take from the context. Left out: other stages and images,
 * URLs, here-documents, ONBUILD, and names that hang on a variable of the base image.
 */
export function findContextSources(
  dockerfile: Dockerfile,
  args: Readonly<Record<string, string>>,
): readonly ContextSource[] {
  const sources: ContextSource[] = [];
  visitInstructions(dockerfile, args, (instruction, lookup) => {
    if (dockerfile.stages[instruction.stage]?.reachable !== true) return;
    for (const word of listWords(instruction, dockerfile.escape)) {
      const written = expandWord(word.text, lookup, dockerfile.escape);
      if (written !== undefined) sources.push(toSource(written, word, instruction));
    }
  });
  return sources;
}

/** Whether a reachable stage takes something whose name hangs on a variable that nobody here knows. */
export function hasUnknownSources(dockerfile: Dockerfile, args: Readonly<Record<string, string>>): boolean {
  let unknown = false;
  visitInstructions(dockerfile, args, (instruction, lookup) => {
    if (dockerfile.stages[instruction.stage]?.reachable !== true) return;
    const words = listWords(instruction, dockerfile.escape);
    if (words.some(({ text }) => expandWord(text, lookup, dockerfile.escape) === undefined)) unknown = true;
  });
  return unknown;
}

interface SourceWord {
  readonly text: string;
  readonly wildcards: boolean;
}

function listWords(instruction: DockerfileInstruction, escape: string): readonly SourceWord[] {
  if (instruction.keyword === 'RUN') return listMounts(instruction.text, escape);
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return [];
  const { flags, rest } = splitFlags(instruction.text, escape);
  if (flags.some((flag) => flag.name === 'from')) return [];
  const words = parseJsonForm(rest) ?? splitWords(rest, escape);
  const bodies = new Set(instruction.heredocs.map((heredoc) => heredoc.name));
  return words
    .slice(0, -1)
    .filter((text) => !(instruction.keyword === 'ADD' && REMOTE.test(text)))
    .filter((text) => !(bodies.size > 0 && /^\d*<<-?/.test(text)))
    .map((text) => ({ text, wildcards: true }));
}

function listMounts(text: string, escape: string): readonly SourceWord[] {
  return splitFlags(text, escape)
    .flags.filter((flag) => flag.name === 'mount')
    .map((flag) => parseMount(flag.value))
    .filter((mount) => (mount.get('type') ?? 'bind') === 'bind' && !mount.has('from'))
    .map((mount) => ({ text: mount.get('source') ?? mount.get('src') ?? '/', wildcards: false }));
}

function toSource(written: string, word: SourceWord, instruction: DockerfileInstruction): ContextSource {
  return {
    written,
    path: cleanSource(written),
    wildcard: word.wildcards && /[*?[]/.test(written),
    line: lineOf(word.text, instruction),
  };
}

/** Sources cannot leave the context: BuildKit reads `../a` as `a`. */
function cleanSource(written: string): string {
  return posix.normalize(`/${written}`).replace(/^\/+|\/+$/g, '');
}

function lineOf(word: string, instruction: DockerfileInstruction): number {
  return instruction.lines.find((piece) => piece.text.includes(word))?.line ?? instruction.line;
}
