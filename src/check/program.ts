import type { FileEntry, FileFacts } from '../model/facts.ts';
import type { ImageRuntimeConfig } from '../model/image.ts';
import { storedPath } from './path-findings.ts';

/** What runc searches when the image sets no PATH. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** How the start of an executable reads: a script with its interpreter, an ELF program with machine and loader. */
export type ProgramHead =
  | { readonly kind: 'script'; readonly line: string; readonly interpreter: string; readonly argument: string }
  | { readonly kind: 'elf'; readonly machine: number; readonly bigEndian: boolean; readonly loader: string };

/** The folders a bare name is looked for in, absolute; empty and relative parts of PATH mean the working directory. */
export function searchPath({ env, workingDirectory }: ImageRuntimeConfig): readonly string[] {
  const path = env.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length);
  const work = workingDirectory === '' ? '/' : workingDirectory;
  return (path ?? DEFAULT_PATH).split(':').map((part) => (part.startsWith('/') ? part : `${work}/${part}`));
}

/** The file that a command name stands for, symlinks followed; undefined when there is none. */
export function findProgram(files: FileFacts, config: ImageRuntimeConfig, name: string): FileEntry | undefined {
  if (name.startsWith('/')) return files.resolve(storedPath(name));
  if (name.includes('/')) return files.resolve(storedPath(`${config.workingDirectory}/${name}`));
  for (const folder of searchPath(config)) {
    const found = files.resolve(storedPath(`${folder}/${name}`));
    if (found?.kind === 'file' && isExecutable(found)) return found;
  }
  return undefined;
}

export function isExecutable({ mode }: FileEntry): boolean {
  return (mode & 0o111) !== 0;
}

/** The head of a program of the merged view; undefined when it is neither script nor ELF, or was not kept. */
export function readHead(files: FileFacts, { path }: FileEntry): ProgramHead | undefined {
  const kept = files.texts.get(path);
  if (kept === undefined || kept.length < 2) return undefined;
  return kept[0] === 0x7f ? readElf(kept) : readScript(kept);
}

function readElf(kept: Buffer): ProgramHead | undefined {
  if (kept.length < 20) return undefined;
  const bigEndian = kept[5] === 2;
  const machine = bigEndian ? kept.readUInt16BE(18) : kept.readUInt16LE(18);
  return { kind: 'elf', machine, bigEndian, loader: kept.toString('latin1', 20) };
}

/** `#! interpreter argument`: the rest of the line is one argument (execve(2)). */
function readScript(kept: Buffer): ProgramHead | undefined {
  const line = kept.toString('latin1');
  const match = /^#![ \t]*([^ \t]+)[ \t]*(.*)$/s.exec(line);
  if (match === null) return undefined;
  const [, interpreter = '', argument = ''] = match;
  return { kind: 'script', line, interpreter, argument };
}

/** The command that `#!/usr/bin/env …` starts; undefined when the interpreter is not env. */
export function envCommand({ interpreter, argument }: { interpreter: string; argument: string }): string | undefined {
  if (!/(?:^|\/)env$/.test(interpreter)) return undefined;
  return argument
    .replace(/^-S\s*/, '')
    .split(/\s+/)
    .find((word) => word !== '' && !word.startsWith('-') && !word.includes('='));
}
