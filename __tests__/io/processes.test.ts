import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { makeProcesses } from '../../src/io/processes.ts';
import { Fault } from '../../src/model/fault.ts';

const processes = makeProcesses({ grace: 300 });
const run = processes.run.bind(processes);

/** Starts a grandchild that ignores SIGTERM, prints both ids and waits. */
const FAMILY = 'trap "" TERM; (trap "" TERM; exec sleep 300) & echo "$$ $!"; wait';

/** Zombies that nobody has reaped yet are dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Those still alive once the kernel had a second to end them. */
async function survivors(text: string): Promise<readonly number[]> {
  const pids = text.trim().split(' ').map(Number);
  expect(pids).toHaveLength(2);
  const started = performance.now();
  while (pids.some(isAlive) && performance.now() - started < 1000) await setImmediate();
  return pids.filter(isAlive);
}

describe('a program that ends by itself', () => {
  test('reports its exit code and both streams', async () => {
    const result = await run('sh', ['-c', 'echo out; echo err >&2; exit 7']);
    expect(result).toEqual({ exitCode: 7, stdout: 'out\n', stderr: 'err\n', timedOut: false });
  });
  test('gets its arguments as they are, without a shell', async () => {
    const result = await run('printf', ['%s|', '$(id)', 'a b', '; exit 3', '']);
    expect(result.stdout).toBe('$(id)|a b|; exit 3||');
  });
  test('gets input, folder and added environment, and keeps the inherited one', async () => {
    const result = await run('sh', ['-c', 'cat; pwd; echo "$ADDED ${PATH:+inherited}"'], {
      input: 'in\n',
      cwd: '/',
      env: { ADDED: 'yes' },
    });
    expect(result.stdout).toBe('in\n/\nyes inherited\n');
  });
  test('has an empty stdin when nothing is given', async () => {
    expect((await run('cat', [])).stdout).toBe('');
  });
  test('streams chunks as they arrive and keeps only the end of them', async () => {
    let streamed = 0;
    const result = await run('sh', ['-c', 'head -c 3000000 /dev/zero | tr "\\0" x; echo end'], {
      onStdout: (chunk) => (streamed += chunk.length),
    });
    expect(streamed).toBe(3_000_004);
    expect(result.stdout.length).toBeLessThanOrEqual(256 * 1024);
    expect(result.stdout.endsWith('xend\n')).toBe(true);
  });
  test('killed by a signal is reported as a shell does', async () => {
    expect((await run('sh', ['-c', 'kill -KILL $$'])).exitCode).toBe(137);
  });
});

describe('a program that has to be ended', () => {
  test('dies with its grandchildren at the deadline, even when they ignore the polite signal', async () => {
    const result = await run('sh', ['-c', FAMILY], { deadline: 200 });
    expect(result.timedOut).toBe(true);
    expect(result.exitCode).toBe(137);
    expect(await survivors(result.stdout)).toEqual([]);
  });
  test('dies with its grandchildren when the run is cancelled', async () => {
    const controller = new AbortController();
    const result = await run('sh', ['-c', FAMILY], {
      signal: controller.signal,
      onStdout: () => {
        controller.abort();
      },
    });
    expect(result.timedOut).toBe(false);
    expect(result.exitCode).not.toBe(0);
    expect(await survivors(result.stdout)).toEqual([]);
  });
  test('is not started at all when the run is cancelled already', async () => {
    const result = await run('sh', ['-c', 'echo ran'], { signal: AbortSignal.abort() });
    expect(result.stdout).toBe('');
    expect(result.exitCode).not.toBe(0);
  });
  test('a grandchild that closed its streams dies as well', async () => {
    const script = '(trap "" TERM; exec sleep 300 >/dev/null 2>&1) & echo "$$ $!"; wait';
    const result = await run('sh', ['-c', script], { deadline: 200 });
    expect(await survivors(result.stdout)).toEqual([]);
  });
});

test.each([
  ['no-such-program-anywhere', 'there is no such program'],
  ['/etc/passwd', 'it may not be executed'],
])('%s is a Fault that says: %s', async (program, words) => {
  const error = await run(program, []).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Fault);
  expect(String(error)).toContain(words);
});

test.each([
  ['the right to ask for identity tokens is not inherited', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
  ['build secrets are not inherited', 'INPUT_SECRETS'],
  ['logins are not inherited', 'INPUT_REGISTRY-CREDENTIALS'],
  ['the token is not inherited', 'INPUT_GITHUB-TOKEN'],
])('%s', async (_, name) => {
  process.env[name] = 'x';
  try {
    const { stdout } = await run('env', []);
    expect(stdout).toMatch(/^PATH=/m);
    expect(stdout).not.toContain(name);
  } finally {
    Reflect.deleteProperty(process.env, name);
  }
});
