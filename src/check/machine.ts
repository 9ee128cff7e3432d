import type { FileEntry, FileFacts } from '../model/facts.ts';
import type { ImageRuntimeConfig } from '../model/image.ts';
import { storedPath } from './path-findings.ts';
import { envCommand, findProgram, readHead } from './program.ts';

/** e_machine of the architectures that images are made for (System V ABI registry), by the name OCI gives them. */
const MACHINES: ReadonlyMap<number, string> = new Map([
  [3, '386'],
  [8, 'mips'],
  [20, 'ppc'],
  [21, 'ppc64'],
  [22, 's390x'],
  [40, 'arm'],
  [62, 'amd64'],
  [183, 'arm64'],
  [243, 'riscv64'],
  [258, 'loong64'],
]);
/** What a processor runs beside its own programs, without emulation. */
const ALSO: Readonly<Record<string, readonly string[]>> = { amd64: ['386'], arm64: ['arm'] };
/** The kernel follows this many interpreters (execve(2)). */
const INTERPRETERS = 5;

export interface Binary {
  readonly path: string;
  /** As OCI writes architectures, or the ELF number. */
  readonly machine: string;
}

/** The ELF program that starts when the image does, interpreters followed; undefined when there is none or its head is not known. */
export function findStartedBinary(files: FileFacts, config: ImageRuntimeConfig): Binary | undefined {
  const [name] = [...config.entrypoint, ...config.command];
  let entry = name === undefined || name === '' ? undefined : findProgram(files, config, name);
  for (let depth = 0; entry !== undefined && depth < INTERPRETERS; depth += 1) {
    const head = readHead(files, entry);
    if (head?.kind === 'elf') return { path: entry.path, machine: nameMachine(head.machine, head.bigEndian) };
    if (head === undefined) return undefined;
    entry = interpreterOf(files, config, head);
  }
  return undefined;
}

function interpreterOf(
  files: FileFacts,
  config: ImageRuntimeConfig,
  head: { readonly interpreter: string; readonly argument: string },
): FileEntry | undefined {
  const command = envCommand(head);
  return command === undefined ? files.resolve(storedPath(head.interpreter)) : findProgram(files, config, command);
}

function nameMachine(machine: number, bigEndian: boolean): string {
  const name = MACHINES.get(machine) ?? `ELF machine ${String(machine)}`;
  return name === 'ppc64' && !bigEndian ? 'ppc64le' : name;
}

/** Whether a processor of that OCI architecture runs the program; one that is not known here is given the benefit. */
export function runsOn({ machine }: Binary, architecture: string): boolean {
  const known = [...MACHINES.values(), 'ppc64le'];
  if (!known.includes(architecture) || machine === architecture) return true;
  return ALSO[architecture]?.includes(machine) === true;
}
