import type { Output } from '../model/effects.ts';
import { disarmCommands, disarmOldCommands } from '../model/runner-commands.ts';

/** What is asked of a stream here; process.stdout and process.stderr are such. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface OutputOptions {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** No progress and no logs. */
  readonly quiet?: boolean;
  /** Set by `--no-color`; else NO_COLOR, FORCE_COLOR and the terminal decide. */
  readonly color?: boolean;
  /** True: what goes to stdout may tell the runner something, and whoever writes there has disarmed what is quoted. */
  readonly commands?: boolean;
  /** Takes secrets out of whatever is printed. */
  readonly clean?: (text: string) => string;
}

const DEFAULT_COLUMNS = 100;

/** Results on stdout, progress on stderr; interactive means that progress can be redrawn. */
export function makeOutput({
  stdout,
  stderr,
  env,
  color,
  quiet,
  commands = false,
  clean = (text) => text,
}: OutputOptions): Output {
  const interactive = stderr.isTTY === true && env['CI'] === undefined && env['TERM'] !== 'dumb';
  // Messages quote what others wrote; the runner obeys commands on both streams.
  const runner = env['GITHUB_ACTIONS'] === 'true';
  return {
    stdout: (text) => void stdout.write(runner && !commands ? disarmCommands(clean(text)) : clean(text)),
    stderr: (text) => {
      if (quiet !== true) stderr.write(runner ? disarmOldCommands(clean(text)) : clean(text));
    },
    problem: (text) => void stderr.write(runner ? disarmCommands(clean(text)) : clean(text)),
    interactive,
    color: color ?? wantsColor(env, stdout.isTTY === true),
    get columns() {
      // terminals that were never told their size say 0
      return [stderr.columns, stdout.columns].find((known) => known !== undefined && known > 0) ?? DEFAULT_COLUMNS;
    },
  };
}

function wantsColor(env: OutputOptions['env'], terminal: boolean): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0';
  return terminal && env['TERM'] !== 'dumb';
}
