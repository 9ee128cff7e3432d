import { resolve } from 'node:path';
import type { Command } from 'commander';
import { collect } from './display-flags.ts';
import type { Request } from './pipeline/request.ts';

export interface StackFlags {
  readonly stackRecord?: readonly string[];
}

/** What only `stack` takes: images that were built before. */
export function stackOptions(command: Command, run: (flags: StackFlags, given: readonly string[]) => void): void {
  command
    .argument(
      '[reference...]',
      'run these images and build nothing: registry/name:tag, oci:DIR[:NAME], docker-archive:FILE or docker:NAME in the engine',
    )
    .option('--checked', 'run what the last check in the output folder cleared, and add the verdict to its record')
    .option('--run <id>', 'run what this workflow run put into staging')
    .action((given: string[], flags: StackFlags) => {
      run(flags, given);
    });
}

/** What every command takes that publishes out of staging: the verdict of another machine. */
export function stackRecordOption(command: Command): Command {
  return command.option('--stack-record <file>', 'record of slipway stack on another machine (repeatable)', collect);
}

/** The part of a request that is about stacks elsewhere. */
export function toStackRequest({ stackRecord }: StackFlags, directory: string): Pick<Request, 'stackRecords'> {
  return stackRecord === undefined ? {} : { stackRecords: stackRecord.map((file) => resolve(directory, file)) };
}
