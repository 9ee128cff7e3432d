import { expect, test } from '@jest/globals';
import { Fault } from '../../src/model/fault.ts';
import { prepareEngine } from '../../src/pipeline/prepare-engine.ts';
import { makeScriptedClock } from '../support/clock.ts';

const CONTAINERD = '[["driver-type","io.containerd.snapshotter.v1"]]';
const HOSTED = { RUNNER_ENVIRONMENT: 'github-hosted' };

interface Machine {
  readonly env?: Readonly<Record<string, string>>;
  readonly settings?: string;
  /** Answers of `docker info`, the last one again and again. */
  readonly answers: readonly string[];
  /** Exit code of sudo. */
  readonly sudo?: number;
}

/** A machine with an engine, and a sudo that only notes what it was asked. */
async function prepare({ env = HOSTED, settings, answers, sudo = 0 }: Machine) {
  const calls: string[] = [];
  const written: string[] = [];
  const left = [...answers];
  const effects = {
    clock: makeScriptedClock(),
    env,
    signal: new AbortController().signal,
    output: {
      stdout: () => undefined,
      stderr: () => undefined,
      problem: () => undefined,
      interactive: false,
      color: false,
      columns: 80,
    },
    files: {
      stat: () => Promise.resolve(settings === undefined ? undefined : { size: 1, directory: false }),
      readText: () => Promise.resolve(settings ?? ''),
    },
    processes: {
      run: (program: string, argv: readonly string[], options: { input?: string } = {}) => {
        if (program === 'docker') {
          const stdout = left.length > 1 ? (left.shift() ?? '') : (left[0] ?? '');
          return Promise.resolve({ exitCode: 0, stdout, stderr: '', timedOut: false });
        }
        calls.push([program, ...argv].join(' '));
        if (options.input !== undefined) written.push(options.input);
        return Promise.resolve({ exitCode: sudo, stdout: '', stderr: 'a password is required\n', timedOut: false });
      },
    },
  };
  const error = await prepareEngine(effects as unknown as Parameters<typeof prepareEngine>[0]).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  return { calls, settings: written.map((text) => JSON.parse(text) as unknown), error };
}

test('switches the store on and waits until the engine has it', async () => {
  const seen = await prepare({ answers: ['[]', '', CONTAINERD], settings: '{"features":{"a":true},"mtu":1400}' });
  expect(seen.error).toBeUndefined();
  expect(seen.calls).toEqual(['sudo -n tee /etc/docker/daemon.json', 'sudo -n systemctl restart docker']);
  expect(seen.settings).toEqual([{ features: { a: true, 'containerd-snapshotter': true }, mtu: 1400 }]);
});

test('writes settings where there were none', async () => {
  const seen = await prepare({ answers: ['[]', CONTAINERD] });
  expect(seen.settings).toEqual([{ features: { 'containerd-snapshotter': true } }]);
});

test('leaves an engine alone that has the store, on any machine', async () => {
  expect(await prepare({ answers: [CONTAINERD], env: {} })).toEqual({ calls: [], settings: [], error: undefined });
});

test.each<[string, Machine, RegExp]>([
  [
    'a machine of somebody’s own',
    { answers: ['[]'], env: { RUNNER_ENVIRONMENT: 'self-hosted' } },
    /none of GitHub’s own runners/,
  ],
  ['a sudo that asks for a password', { answers: ['[]'], sudo: 1 }, /sudo tee .* ended with 1: a password is required/],
  ['settings that cannot be read', { answers: ['[]'], settings: '{' }, /settings cannot be read/],
  ['an engine that does not come back', { answers: ['[]'] }, /did not come back/],
])('refuses %s', async (_, machine, message) => {
  const { error } = await prepare(machine);
  expect(error).toBeInstanceOf(Fault);
  expect(String(error)).toMatch(message);
});
