import type { Effects } from '../model/effects.ts';
import type { BuiltImage } from '../model/image.ts';
import { keptName } from './names.ts';

/** Takes these names of ours away; the bytes go with the last one. */
export async function releaseNames({ engine }: Pick<Effects, 'engine'>, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => engine.untagImage(name)));
}

/**
 * Ends the run's hold on its images. `keep` leaves each under a name that the next build of the same project replaces,
 * so that a later `publish` finds the bytes that were checked.
 */
export async function settleImages(
  effects: Pick<Effects, 'engine'>,
  built: readonly BuiltImage[],
  { keep }: { readonly keep: boolean },
): Promise<void> {
  if (keep) {
    await Promise.all(built.map(({ runnable, local }) => effects.engine.tagImage(runnable, keptName(local))));
  }
  await releaseNames(
    effects,
    built.map(({ local }) => local),
  );
}
