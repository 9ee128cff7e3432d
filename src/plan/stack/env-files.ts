import { basename, dirname, join, relative } from 'node:path';
import { partAt, type Located } from '../../config/located.ts';
import type { ComposeVariable } from '../../model/compose-facts.ts';
import type { Effects } from '../../model/effects.ts';
import { Fault } from '../../model/fault.ts';
import { definitionsOf, findNamed, textOf, type ComposeSources } from './sources.ts';

const LIMIT = 256 * 1024;
const DEADLINE = 10_000;

/**
 * The variables that a service takes from files of `env_file` which are part of the repository, each at its line; an
 * untracked `.env` is where secrets belong and is not read. Names that `environment` sets again are left out.
 */
export async function readEnvFiles(
  effects: Effects,
  service: string,
  sources: ComposeSources,
  directory: string,
): Promise<readonly ComposeVariable[]> {
  const definitions = definitionsOf(sources, service);
  const [first] = sources.files;
  if (first === undefined) return [];
  const paths = definitions.flatMap((definition) => pathsOf(partAt(definition, ['env_file'])));
  const absolute = [...new Set(paths.map((path) => join(dirname(first), path)))];
  const read = await Promise.all(absolute.map((path) => readTracked(effects, path, directory)));
  return read.flat().filter(({ name }) => findNamed(definitions, ['environment'], name) === undefined);
}

function pathsOf(part: Located | undefined): string[] {
  if (part === undefined) return [];
  const items = part.kind === 'list' ? part.items : [part];
  return items
    .flatMap((item) => textOf(item.kind === 'map' ? partAt(item, ['path']) : item))
    .filter((path) => !path.includes('$'));
}

async function readTracked(effects: Effects, path: string, directory: string): Promise<readonly ComposeVariable[]> {
  const stat = await effects.files.stat(path);
  if (stat === undefined || stat.directory || stat.size > LIMIT || !(await isTracked(effects, path))) return [];
  const file = relative(directory, path);
  return parseEnvFile(await effects.files.readText(path)).map((each) => ({
    role: 'environment',
    name: each.name,
    text: each.text,
    place: { file, line: each.line },
  }));
}

/** Without git nobody can say; then a file counts as somebody's own. */
async function isTracked(effects: Effects, path: string): Promise<boolean> {
  try {
    const argv = ['-C', dirname(path), 'ls-files', '--error-unmatch', '--', basename(path)];
    const { exitCode } = await effects.processes.run('git', argv, { signal: effects.signal, deadline: DEADLINE });
    return exitCode === 0;
  } catch (error) {
    effects.signal.throwIfAborted();
    if (error instanceof Fault) return false;
    throw error;
  }
}

interface EnvLine {
  readonly name: string;
  readonly text: string;
  readonly line: number;
}

/** `NAME=value` lines of an env file, quotes taken away; what single quotes hold is no variable. */
export function parseEnvFile(text: string): readonly EnvLine[] {
  return text.split('\n').flatMap((line, index) => {
    const [, name, raw = ''] = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) return [];
    const [, quoted] = /^'([^']*)'/.exec(raw) ?? [];
    const value =
      quoted?.replaceAll('$', '$$$$') ?? /^"((?:\\.|[^"\\])*)"/.exec(raw)?.[1] ?? raw.replace(/\s+#.*$/, '');
    return [{ name, text: value, line: index + 1 }];
  });
}
