/** What the first lines of a script name as its interpreter. */
export type Shebang =
  | { readonly kind: 'path'; readonly path: string }
  /** `#!/usr/bin/env NAME`: looked up on PATH. */
  | { readonly kind: 'name'; readonly name: string };

/**
 * Undefined when there is none, or when the interpreter is found relative to the script. Installers that meet a path which is too long
 * or holds a space write `#!/bin/sh` with the interpreter in the second line (pip's distlib, uv).
 */
export function parseShebang(head: string): Shebang | undefined {
  const [first = '', second = ''] = head.split('\n');
  const match = /^#![ \t]*(\S+)[ \t]*(.*?)\s*$/.exec(first);
  const program = match?.[1];
  if (program === undefined) return undefined;
  if (program.endsWith('/sh') && second.startsWith("'''exec'")) return parseTrampoline(second);
  if (!program.endsWith('/env')) return { kind: 'path', path: program };
  const name = (match?.[2] ?? '').split(/\s+/).find((word) => !word.startsWith('-') && !word.includes('='));
  return name === undefined || name === '' ? undefined : { kind: 'name', name };
}

function parseTrampoline(line: string): Shebang | undefined {
  const path = /^'''exec'\s+(?:"([^"]*)"|(\S+))/.exec(line);
  const target = path?.[1] ?? path?.[2];
  return target?.startsWith('/') === true ? { kind: 'path', path: target } : undefined;
}

/** Whether a program's name is that of a Python: `python3.11`, `pypy3`. */
export function isPythonName(program: string): boolean {
  return /^(?:python|pypy)(?:\d+(?:\.\d+)?t?)?$/.test(program.slice(program.lastIndexOf('/') + 1));
}
