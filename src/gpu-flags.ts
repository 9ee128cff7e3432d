import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { collect } from './display-flags.ts';
import type { Request } from './pipeline/request.ts';

export interface GpuFlags {
  readonly gpuRecord?: readonly string[];
  readonly attempt?: number;
}

/** What only `gpu` takes: images that anything built, or candidates of a workflow run. */
export function gpuOptions(command: Command, run: (flags: GpuFlags, given: readonly string[]) => void): void {
  command
    .argument(
      '[reference...]',
      'try these images as they are: registry/name:tag, oci:DIR[:NAME], docker-archive:FILE or docker:NAME in the engine; default: what the last check in the output folder cleared',
    )
    .option('--run <id>', 'try what this workflow run put into staging')
    .option('--attempt <n>', 'which attempt this is; 2 after the machine of the first was at fault', toAttempt)
    .action((given: string[], flags: GpuFlags) => {
      run(flags, given);
    });
}

/** What every command takes that publishes: verdicts of other machines. */
export function gpuRecordOption(command: Command): Command {
  return command.option('--gpu-record <file>', 'record of slipway gpu on another machine (repeatable)', collect);
}

/** The part of a request that is about GPUs. */
export function toGpuRequest(flags: GpuFlags, directory: string): Pick<Request, 'gpuRecords' | 'attempt'> {
  return {
    ...(flags.gpuRecord === undefined ? {} : { gpuRecords: flags.gpuRecord.map((file) => resolve(directory, file)) }),
    ...(flags.attempt === undefined ? {} : { attempt: flags.attempt }),
  };
}

function toAttempt(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a number from 1 to 99.');
}
