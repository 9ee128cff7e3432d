import { createHash } from 'node:crypto';
import { basename, join, relative, resolve } from 'node:path';
import type { Config } from '../model/config.ts';
import { Fault } from '../model/fault.ts';

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
