import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { collect, type DisplayFlags } from './display-flags.ts';
import { type IdentityFlags, toIdentity } from './identity-flags.ts';
import { type GpuFlags, toGpuRequest } from './gpu-flags.ts';
import { type StackFlags, toStackRequest } from './stack-flags.ts';
import type { CacheMode } from './model/config.ts';
import { Fault } from './model/fault.ts';
import type { Target } from './model/target.ts';
import { defaultOutput } from './pipeline/output-folder.ts';
import type { Command as Stage, Request } from './pipeline/request.ts';

export interface Flags extends DisplayFlags, IdentityFlags, GpuFlags, StackFlags {
  readonly config?: string;
  readonly only?: readonly string[];
  readonly output?: string;
  readonly registry?: string;
  readonly to?: string;
  readonly cache?: CacheMode;
  readonly informational?: boolean;
  readonly containers?: boolean;
  readonly base?: string;
  readonly staging?: string;
  readonly run?: string;
  readonly checked?: boolean;
}
/** Where and by whom the command line was typed. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  readonly interactive: boolean;
  readonly columns?: number | undefined;
}

/** What only `check` takes: images that anything built. */
export function givenOptions(command: Command, run: (flags: Flags, given: readonly string[]) => void): void {
  command
    .argument(
      '[reference...]',
      'judge these images as they are and build nothing: registry/name:tag, oci:DIR[:NAME], docker-archive:FILE or docker:NAME in the engine',
    )
    .option('--base <reference>', 'the image it was built from, where its provenance does not say')
    .action((given: string[], flags: Flags) => {
      run(flags, given);
    });
}

/** What every command takes that goes through the stages. */
export function runOptions(command: Command): Command {
  return command
    .option('--config <file>', 'the config; default slipway.yml')
    .option('--only <image>', 'only this image (repeatable)', collect)
    .option('--output <dir>', 'folder for the record; default: a folder of this project in your state directory')
    .addOption(
      new Option('--registry <host/path>', 'publish to this registry; the image name is appended').conflicts('to'),
    )
    .option('--to <oci:dir>', 'publish to an OCI layout')
    .addOption(new Option('--cache <mode>', 'build cache').choices(['auto', 'registry', 'gha', 'local', 'none']))
    .option('--staging <host/path>', 'where candidates wait; default: from the config')
    .option('--informational', 'report, never block')
    .option('--no-containers', 'judge without starting containers; rules that need one are skipped and say so');
}

/** What was asked for. Throws a Fault for a target that is none. */
export function toRequest(command: Stage, flags: Flags, surroundings: Surroundings): Request {
  const { directory } = surroundings;
  return {
    command,
    directory,
    only: flags.only ?? [],
    output: outputOf(flags, surroundings),
    containers: flags.containers !== false,
    ...(flags.config === undefined ? {} : { config: flags.config }),
    ...(flags.base === undefined ? {} : { base: flags.base }),
    ...toIdentity(flags),
    ...toGpuRequest(flags, directory),
    ...toStackRequest(flags, directory),
    ...(flags.cache === undefined ? {} : { cache: flags.cache }),
    ...(flags.informational === undefined ? {} : { informational: flags.informational }),
    ...(flags.staging === undefined ? {} : { staging: flags.staging.replace(/\/+$/, '') }),
    ...(flags.run === undefined ? {} : { stagedRun: flags.run }),
    ...(flags.checked === undefined ? {} : { checked: flags.checked }),
    ...targetOf(flags, directory),
  };
}

/** Where the record goes, absolute. */
export function outputOf(flags: Flags, { env, directory }: Surroundings): string {
  return flags.output === undefined
    ? defaultOutput(env, directory, flags.config ?? 'slipway.yml')
    : resolve(directory, flags.output);
}

function targetOf(flags: Flags, directory: string): { target?: Target } {
  if (flags.registry !== undefined)
    return { target: { type: 'registry', location: flags.registry.replace(/\/+$/, '') } };
  if (flags.to === undefined) return {};
  return { target: parseTarget(flags.to, directory) };
}

/** `oci:DIR` as a target. Throws a Fault for anything else. */
export function parseTarget(text: string, directory: string): Target {
  const folder = /^oci:(.+)$/.exec(text)?.[1];
  if (folder !== undefined) return { type: 'oci', directory: resolve(directory, folder) };
  throw new Fault(`--to takes oci:DIR, not "${text}"`, {
    remedy: 'Use --registry HOST/PATH to publish to a registry.',
  });
}
