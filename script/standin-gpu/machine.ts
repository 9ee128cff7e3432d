import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { execa } from 'execa';
import { type SmiChange, smiSchema } from './state.ts';

/** A machine that has a stand-in for a GPU: a CDI specification on the real engine, and an nvidia-smi to put on PATH. */
export interface StandInMachine {
  /** `standin.test/gpu…=ok` works; others fail on purpose. */
  device(name: string): string;
  /** Folder to put first on PATH. */
  readonly bin: string;
  /** What nvidia-smi says from now on. */
  setSmi(change: SmiChange): void;
  /** What `nvidia-smi -L` lists in containers from now on. */
  setList(text: string): void;
  /** What cuInit answers in containers from now on. */
  setInit(code: number): void;
  /** Bytes of the stand-in's memory. */
  setTotal(bytes: number): void;
  close(): Promise<void>;
}

export interface CdiEdits {
  readonly deviceNodes?: readonly { readonly path: string; readonly hostPath?: string }[];
  readonly mounts?: readonly {
    readonly hostPath: string;
    readonly containerPath: string;
    readonly options?: readonly string[];
  }[];
  readonly hooks?: readonly { readonly hookName: string; readonly path: string; readonly args?: readonly string[] }[];
  readonly env?: readonly string[];
}

const SOURCES = import.meta.dirname;
/** Where the engine looks for specifications, and what writes there: the folder belongs to root. */
const CDI_FOLDER = '/var/run/cdi';

/** Sets the stand-in up; `more` are devices that fail on purpose, by name. `image` is any image with a shell, for writing the specification. */
export async function makeStandInMachine(
  image: string,
  more: Readonly<Record<string, CdiEdits>> = {},
): Promise<StandInMachine> {
  const state = mkdtempSync(join(tmpdir(), 'standin-gpu-'));
  chmodSync(state, 0o755);
  const bin = join(state, 'bin');
  const use = join(state, 'use');
  for (const folder of [bin, use]) mkdirSync(folder);
  chmodSync(use, 0o777);
  const library = join(state, 'libcuda.so.1');
  await execa('cc', ['-shared', '-fPIC', '-O1', '-Wl,-soname,libcuda.so.1', '-o', library, join(SOURCES, 'libcuda.c')]);
  // Once here and not at each of its many starts: taking the types away costs more than the answer.
  const program = join(state, 'nvidia-smi.mjs');
  writeFileSync(program, stripTypeScriptTypes(readFileSync(join(SOURCES, 'nvidia-smi.ts'), 'utf8')));
  writeProgram(join(bin, 'nvidia-smi'), `exec '${execPath}' '${program}' '${state}' "$@"`);
  writeProgram(join(state, 'container-nvidia-smi'), 'cat /run/standin-gpu/list');
  const kind = `standin.test/gpu${randomBytes(4).toString('hex')}`;
  const spec = { cdiVersion: '0.6.0', kind, devices: describeDevices(state, library, more), containerEdits: {} };
  const file = `${kind.replace('/', '-')}.json`;
  await writeSpec(image, file, JSON.stringify(spec));
  const machine: StandInMachine = {
    device: (name) => `${kind}=${name}`,
    bin,
    setSmi(change) {
      const smi = smiSchema.parse(change);
      const list = smi.gpus.map(({ index, name, uuid }) => `GPU ${String(index)}: ${name} (UUID: ${uuid})\n`).join('');
      writeFileSync(join(state, 'list'), list);
      writeFileSync(join(state, 'smi.json'), JSON.stringify(smi));
    },
    setList: (text) => {
      writeFileSync(join(state, 'list'), text);
    },
    setInit: (code) => {
      writeFileSync(join(state, 'init'), String(code));
    },
    setTotal: (bytes) => {
      writeFileSync(join(state, 'total'), String(bytes));
    },
    async close() {
      await writeSpec(image, file, undefined);
      rmSync(state, { recursive: true, force: true });
    },
  };
  machine.setSmi({});
  return machine;
}

function describeDevices(state: string, library: string, more: Readonly<Record<string, CdiEdits>>): unknown[] {
  const mount = (hostPath: string, containerPath: string, options: readonly string[]) => ({
    hostPath,
    containerPath,
    options: ['bind', ...options],
  });
  const ok: CdiEdits = {
    deviceNodes: [{ path: '/dev/nvidia0', hostPath: '/dev/null' }],
    mounts: [
      mount(join(state, 'container-nvidia-smi'), '/usr/bin/nvidia-smi', ['ro']),
      mount(library, '/usr/lib/libcuda.so.1', ['ro']),
      mount(state, '/run/standin-gpu', ['rw']),
    ],
    env: ['NVIDIA_VISIBLE_DEVICES=void'],
  };
  const all = { ok, ...more };
  return Object.entries(all).map(([name, containerEdits]) => ({ name, containerEdits }));
}

function writeProgram(path: string, script: string): void {
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/** The engine's own user writes there, so that nobody here needs to be root; undefined takes the file away. */
async function writeSpec(image: string, file: string, text: string | undefined): Promise<void> {
  const words =
    text === undefined
      ? ['rm', '-f', `/cdi/${file}`]
      : ['sh', '-c', `cat > /cdi/${file}.tmp && mv /cdi/${file}.tmp /cdi/${file}`];
  const argv = ['run', '--rm', '-i', '--network', 'none', '--volume', `${CDI_FOLDER}:/cdi`, image, ...words];
  await execa('docker', argv, { input: text ?? '' });
}
