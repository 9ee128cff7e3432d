import { join } from 'node:path';
import type { Config } from '../model/config.ts';
import type { Effects } from '../model/effects.ts';
import { type ComposeFacts, type Fact, skipped, undecided } from '../model/facts.ts';
import { Fault } from '../model/fault.ts';
import { planStack } from '../plan/stack/stack.ts';

/**
 * The stack that the config of a given image declares, for rules that ask how it starts the image. The stack itself is
 * not judged in gate mode: it belongs to the repository, and often only `slipway.yml` was taken along.
 */
export async function findGivenStack(effects: Effects, config: Config): Promise<Fact<ComposeFacts>> {
  const { stack, directory } = config;
  if (stack === undefined) return skipped('no stack is declared');
  for (const { path } of stack.files) {
    if ((await effects.files.stat(join(directory, path))) === undefined) {
      return skipped(`${path} is not here: the image is judged without the stack that starts it`);
    }
  }
  try {
    const planned = await planStack(effects, config);
    return planned?.compose ?? skipped('no stack is declared');
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return undecided(error.message, error.kind === 'environment');
  }
}
