import { z } from 'zod';
import type { Effects } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';

const SETTINGS = '/etc/docker/daemon.json';
const REMEDY =
  'Take prepare-engine out, or switch the containerd image store on where the machine is made ("features": {"containerd-snapshotter": true}).';
/** Milliseconds an engine may take to come back, and between two questions. */
const RESTART = 60_000;
const PAUSE = 500;
const DEADLINE = 90_000;

type World = Pick<Effects, 'clock' | 'env' | 'files' | 'output' | 'processes' | 'signal'>;

/**
 * Switches the containerd image store on, on a machine that is thrown away after the job: it changes the engine's settings and restarts it.
 * Anywhere else, and without sudo that asks for no password, a Fault. An engine that has the store is left alone.
 */
export async function prepareEngine(effects: World): Promise<void> {
  if (await hasContainerdStore(effects)) return;
  if (effects.env['RUNNER_ENVIRONMENT'] !== 'github-hosted')
    throw new Fault('prepare-engine changes the engine of the machine, and this is none of GitHub’s own runners', {
      where: 'input prepare-engine',
      remedy: REMEDY,
    });
  const settings = await readSettings(effects);
  const features = z.record(z.string(), z.unknown()).catch({}).parse(settings['features']);
  const changed = { ...settings, features: { ...features, 'containerd-snapshotter': true } };
  effects.output.stderr('preparing the engine: the containerd image store is switched on\n');
  await sudo(effects, ['tee', SETTINGS], `${JSON.stringify(changed, null, 2)}\n`);
  await sudo(effects, ['systemctl', 'restart', 'docker']);
  await waitForStore(effects);
}

async function hasContainerdStore({ processes, signal }: World): Promise<boolean> {
  const words = ['info', '--format', '{{json .DriverStatus}}'];
  const { stdout } = await processes.run('docker', words, { deadline: DEADLINE, signal });
  return stdout.includes('io.containerd.snapshotter');
}

async function readSettings({ files }: World): Promise<Record<string, unknown>> {
  if ((await files.stat(SETTINGS)) === undefined) return {};
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(await files.readText(SETTINGS)));
  } catch (cause) {
    throw new Fault('the engine’s settings cannot be read', { where: SETTINGS, remedy: REMEDY, cause });
  }
}

/** `-n`: a password is never waited for. */
async function sudo({ processes, signal }: World, words: readonly string[], input?: string): Promise<void> {
  const options = { deadline: DEADLINE, signal, ...(input === undefined ? {} : { input }) };
  const { exitCode, stderr } = await processes.run('sudo', ['-n', ...words], options);
  if (exitCode === 0) return;
  throw new Fault(`sudo ${words.join(' ')} ended with ${String(exitCode)}: ${stderr.split('\n', 1)[0] ?? ''}`, {
    where: 'input prepare-engine',
    remedy: REMEDY,
  });
}

async function waitForStore(effects: World): Promise<void> {
  const { clock, signal } = effects;
  for (const end = clock.monotonic() + RESTART; clock.monotonic() < end;) {
    if (await hasContainerdStore(effects)) return;
    await clock.sleep(PAUSE, signal);
  }
  throw new Fault('the engine did not come back with the containerd image store', {
    kind: 'environment',
    where: SETTINGS,
    remedy: 'Run the job again, or take prepare-engine out.',
  });
}
