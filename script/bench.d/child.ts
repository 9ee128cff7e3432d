import { spawn } from 'node:child_process';

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds, ten minutes if not said. */
  readonly deadline?: number;
}
export interface Finished {
  /** Wall clock from the start until its end. */
  readonly seconds: number;
  readonly stdout: string;
  readonly stderr: string;
}

const DEADLINE = 600_000;
const GRACE = 15_000;

/** Runs a program in a process group of its own to its end; deadline and abort end the group. Throws with its last lines when it fails. */
export async function runChild(
  program: string,
  argv: readonly string[],
  options: ChildOptions = {},
): Promise<Finished> {
  const { signal, input } = options;
  signal?.throwIfAborted();
  const start = performance.now();
  const child = spawn(program, argv, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    detached: true,
    stdio: 'pipe',
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const end = (name: NodeJS.Signals) => () => {
    signalGroup(child.pid, name);
  };
  const polite = end('SIGTERM');
  const timers = [setTimeout(polite, options.deadline ?? DEADLINE)];
  const abort = () => {
    polite();
    timers.push(setTimeout(end('SIGKILL'), GRACE));
  };
  signal?.addEventListener('abort', abort, { once: true });
  // A program that ends before it read its input says so by its exit code.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const seconds = (performance.now() - start) / 1000;
    signal?.throwIfAborted();
    if (code === 0) return { seconds, stdout: stdout(), stderr: stderr() };
    const said = `${stdout()}\n${stderr()}`.trim().split('\n').slice(-15).join('\n');
    throw new Error(`${program} ${argv.slice(0, 4).join(' ')} ended with ${String(code)}\n${said}`);
  } finally {
    signal?.removeEventListener('abort', abort);
    timers.forEach(clearTimeout);
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

export function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // it ended by itself meanwhile
  }
}
