import type { Effects } from '../model/effects.ts';
import type { BuiltImage } from '../model/image.ts';
import { keptName } from './names.ts';

/** Takes these names of ours away; the bytes go with the last one. */
export async function releaseNames({ engine }: Pick<Effects, 'engine'>, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => engine.untagImage(name)));
}

/**
 * Gives each image the name it keeps after the run where the build itself could not (graph drivers); its own name has to hold it until
 * this is done. A name that moves leaves the image it had behind without one, for good: so it is taken away first.
 */
export async function keepImages(
  { engine }: Pick<Effects, 'engine'>,
  built: readonly Pick<BuiltImage, 'runnable' | 'local'>[],
): Promise<void> {
  await Promise.all(
    built.map(async ({ runnable, local }) => {
      const kept = keptName(local);
      await engine.untagImage(kept);
      await engine.tagImage(runnable, kept);
    }),
  );
}
