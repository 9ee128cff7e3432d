import type { Command } from 'commander';
import type { Flags } from './run-flags.ts';

/** What only `stack` takes: images that were built before. */
export function stackOptions(command: Command, run: (flags: Flags, given: readonly string[]) => void): void {
  command
    .argument(
      '[reference...]',
      'run these images and build nothing: registry/name:tag, oci:DIR[:NAME], docker-archive:FILE or docker:NAME in the engine',
    )
    .option('--checked', 'run what the last check in the output folder cleared, and add the verdict to its record')
    .option('--run <id>', 'run what this workflow run put into staging')
    .action((given: string[], flags: Flags) => {
      run(flags, given);
    });
}
