import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { digestOf, shortDigest } from '../../src/model/digest.ts';
import type { DistResult, Repository } from './dist.ts';
import { CLI } from './programs.ts';

/** A bundle that runs beside the test, with a temporary folder of its own. */
export interface RunningCli {
  readonly pid: number;
  /** Resolves when the pattern was seen on standard error; throws when the run ends before. */
  sees(pattern: RegExp): Promise<void>;
  /** Sends a signal and resolves with what the run ended with, and how long that took in milliseconds. */
  stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<{ readonly code: number; readonly took: number }>;
  readonly done: Promise<DistResult>;
}

/** Starts the command-line bundle; what it keeps for itself while it runs is seen by `listTemporary`. */
export async function startCli(
  repository: Repository,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningCli> {
  const temporary = temporaryOf(repository);
  await mkdir(temporary, { recursive: true });
  const program = [CLI, ...words, '--output', repository.output];
  const child = execa(process.execPath, program, {
    cwd: repository.directory,
    env: { NO_COLOR: '1', TMPDIR: temporary, ...env },
    reject: false,
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const done = child.then(({ exitCode, signal, stdout }) => ({
    exitCode: exitCode ?? (signal === undefined ? -1 : 137),
    stdout,
    stderr: lines.join('\n'),
  }));
  return {
    pid: child.pid ?? 0,
    done,
    sees: (pattern) =>
      Promise.race([
        new Promise<void>((found) => {
          const look = (): void => {
            if (lines.some((line) => pattern.test(line))) found();
          };
          waiting.add(look);
          look();
        }),
        done.then(({ stdout, stderr }) => {
          throw new Error(`the run ended before it said ${String(pattern)}:\n${stdout}\n${stderr}`);
        }),
      ]),
    async stop(signal) {
      const started = performance.now();
      child.kill(signal);
      const { exitCode } = await done;
      return { code: exitCode, took: performance.now() - started };
    },
  };
}

/** The folder that `startCli` gives a run for temporary files. */
export function temporaryOf({ output }: Repository): string {
  return join(dirname(output), 'temporary');
}

/** What is left there. */
export async function listTemporary(repository: Repository): Promise<readonly string[]> {
  return readdir(temporaryOf(repository));
}

/** Names that a run gave this repository's images for itself; the one that is kept for the next build is not among them. */
export async function listRunNames(repository: Repository): Promise<readonly string[]> {
  return (await listImageNames(repository)).filter((name) => !name.endsWith(':kept'));
}

/** Takes the names of this repository's images out of the engine. */
export async function removeImageNames(repository: Repository): Promise<void> {
  const names = await listImageNames(repository);
  if (names.length > 0) await execa('docker', ['image', 'rm', ...names]);
}

async function listImageNames({ directory }: Repository): Promise<readonly string[]> {
  const reference = `reference=slipway.local/${shortDigest(digestOf(directory))}/*`;
  const { stdout } = await execa('docker', [
    'image',
    'ls',
    '--filter',
    reference,
    '--format',
    '{{.Repository}}:{{.Tag}}',
  ]);
  return stdout.split('\n').filter((line) => line !== '');
}

/** Resolves with the run id of the first container that starts from an image labelled `label`; `watch` before the run starts. */
export function watchStarts(label: string): { readonly runId: Promise<string>; end(): void } {
  const filters = ['--filter', `label=${label}`, '--filter', 'event=start', '--filter', 'type=container'];
  const child = execa(
    'docker',
    ['events', ...filters, '--since', '0m', '--format', '{{index .Actor.Attributes "slipway.run"}}'],
    { reject: false },
  );
  const runId = new Promise<string>((found) => {
    createInterface({ input: child.stdout }).once('line', found);
  });
  return { runId, end: () => void child.kill() };
}
