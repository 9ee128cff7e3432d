import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Fault } from './model/fault.ts';
import { type Format, FORMATS } from './report/formats.ts';

export interface FormatRequest {
  readonly format: Format;
  /** Absent: standard output. */
  readonly file?: string;
}
export interface Display {
  readonly formats: readonly FormatRequest[];
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
  /** Characters in a line of the terminal; absent where standard output is none. */
  readonly width?: number | undefined;
}

export interface DisplayFlags {
  readonly format?: readonly string[];
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
}
interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  readonly interactive: boolean;
  readonly columns?: number | undefined;
}

/** What every command that reports takes. */
export function displayOptions(command: Command): Command {
  return command
    .option('--format <format>', `${FORMATS.join(', ')}; FORMAT=FILE writes to a file (repeatable)`, collect)
    .option('--quiet', 'only the verdict and what blocks')
    .option('--verbose', 'every rule of every image')
    .option('--no-color', 'no colours');
}

/** An option that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** How results are shown. Throws a Fault for a format nobody knows. */
export function toDisplay(flags: DisplayFlags, { env, directory, interactive, columns }: Surroundings): Display {
  const wanted = flags.format ?? ['terminal'];
  return {
    formats: wanted.map((text) => parseFormat(text, directory)),
    quiet: flags.quiet === true,
    verbose: flags.verbose === true,
    // terminals that were never told their size say 0
    width: interactive && columns !== undefined && columns > 0 ? columns : undefined,
    color: flags.color !== false && env['NO_COLOR'] === undefined && (interactive || env['FORCE_COLOR'] !== undefined),
  };
}

function parseFormat(text: string, directory: string): FormatRequest {
  const [name = '', file] = text.split(/=(.*)/s, 2);
  const format = FORMATS.find((known) => known === name);
  if (format === undefined)
    throw new Fault(`--format knows ${FORMATS.join(', ')}, not "${name}"`, {
      remedy: 'Use --format json or --format json=FILE.',
    });
  return file === undefined ? { format } : { format, file: resolve(directory, file) };
}
