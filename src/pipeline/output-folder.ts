import { createHash } from 'node:crypto';
import { basename, join, relative, resolve } from 'node:path';
import type { Config } from '../model/config.ts';
import type { Files } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';

/** A file that holds nothing may find room on a disk that has none. */
const PROBE_BYTES = 4096;

/** Where a run leaves its record when nothing was said: the runner's temporary folder, else a folder per project in the user's state directory (XDG). */
export function defaultOutput(
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
  project: string,
): string {
  const runner = env['RUNNER_TEMP'];
  if (env['GITHUB_ACTIONS'] === 'true' && runner !== undefined && runner !== '') return join(runner, 'slipway');
  const state = env['XDG_STATE_HOME'] ?? join(env['HOME'] ?? directory, '.local', 'state');
  const identity = createHash('sha256').update(`${directory}\0${project}`).digest('hex').slice(0, 12);
  return join(state, 'slipway', `${basename(directory)}-${identity}`);
}

/** Throws a Fault where a record could not be kept: before the build, and before anything is published. */
export async function requireRoom(files: Pick<Files, 'writeAtomic' | 'remove'>, folder: string): Promise<void> {
  const probe = join(folder, '.room');
  try {
    await files.writeAtomic(probe, new Uint8Array(PROBE_BYTES));
    await files.remove(probe);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    throw new Fault('nothing can be kept in the output folder', {
      kind: cause.kind,
      where: folder,
      complaints: [{ message: cause.message }],
      remedy: `${cause.remedy ?? 'Check the folder.'} --output names another one.`,
      cause,
    });
  }
}

/**
 * Refuses an output folder inside a build context: it would end up in `COPY . .` and change every cache key.
 * Throws a Fault that names the image whose context it is.
 */
export function requireOutsideContexts(config: Config, folders: readonly string[]): void {
  for (const image of config.images) {
    const context = resolve(config.directory, image.context);
    const inside = folders.find((folder) => isInside(context, folder));
    if (inside === undefined) continue;
    throw new Fault(`the output folder lies inside the build context of ${image.name} (${context})`, {
      where: inside,
      remedy: 'Choose another folder with --output or --to; the default lies outside every repository.',
    });
  }
}

function isInside(parent: string, folder: string): boolean {
  const path = relative(parent, folder);
  return path === '' || (!path.startsWith('..') && !path.startsWith('/'));
}
