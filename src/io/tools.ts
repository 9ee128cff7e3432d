import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { FactCache, Processes, Tool, ToolName, Tools } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import { dockerConfigFolder, readDockerConfig } from './docker-context.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Recipe {
  readonly title: string;
  readonly file: string;
  readonly plugin: boolean;
  readonly argv: readonly string[];
  readonly minimum: readonly [number, number];
  readonly why: string;
}
const RECIPES: Readonly<Record<ToolName, Recipe>> = {
  docker: {
    title: 'the Docker client',
    file: 'docker',
    plugin: false,
    argv: ['--version'],
    minimum: [28, 0],
    why: 'https://docs.docker.com/engine/install/',
  },
  buildx: {
    title: 'Docker Buildx',
    file: 'docker-buildx',
    plugin: true,
    argv: ['version'],
    minimum: [0, 17],
    why: 'https://github.com/docker/buildx#installing',
  },
  compose: {
    title: 'Docker Compose',
    file: 'docker-compose',
    plugin: true,
    argv: ['version'],
    minimum: [2, 20],
    why: 'https://docs.docker.com/compose/install/linux/',
  },
};
const SYSTEM_FOLDERS = ['/usr/local/lib', '/usr/local/libexec', '/usr/lib', '/usr/libexec'];
const DEADLINE = 20_000;

/** Finds programs in the docker client's own order and asks each file for its version once as long as the cache lives; the first that is new enough is taken. */
export function makeTools(env: Environment, processes: Processes, cache: FactCache): Tools {
  const found = new Map<ToolName, Promise<Tool>>();
  return {
    find(name) {
      const running =
        found.get(name) ?? findTool(RECIPES[name], env, (path, argv) => askVersion(path, argv, processes, cache));
      found.set(name, running);
      return running;
    },
  };
}

type Ask = (path: string, argv: readonly string[]) => Promise<Answer>;
interface Answer {
  readonly version?: string | undefined;
  readonly said: string;
}

/** A program says the same as long as its file is the same; asking costs a process start. */
async function askVersion(
  path: string,
  argv: readonly string[],
  processes: Processes,
  cache: FactCache,
): Promise<Answer> {
  const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
  const key = `tool-version/v1/${JSON.stringify([path, dev, ino, size, mtimeMs, ctimeMs])}`;
  const kept = await cache.get(key);
  if (kept !== undefined) return { version: Buffer.from(kept).toString(), said: '' };
  const { stdout, stderr } = await processes.run(path, argv, { deadline: DEADLINE });
  const version = /\bv?(\d+\.\d+\.\d+[^\s,]*)/.exec(stdout)?.[1];
  if (version !== undefined) await cache.put(key, Buffer.from(version));
  return { version, said: stderr };
}

async function findTool(recipe: Recipe, env: Environment, ask: Ask): Promise<Tool> {
  const folders = recipe.plugin ? pluginFolders(env) : pathFolders(env);
  const seen: string[] = [];
  for (const path of executables(folders, recipe.file)) {
    const { version, said } = await ask(path, recipe.argv);
    if (version !== undefined && isAtLeast(version, recipe.minimum)) return { path, version };
    seen.push(`${path} (${version ?? `no version: ${said.trim().slice(0, 200)}`})`);
  }
  throw missing(recipe, seen, folders);
}

function pluginFolders(env: Environment): readonly string[] {
  const extra = readDockerConfig(env).cliPluginsExtraDirs ?? [];
  const system = SYSTEM_FOLDERS.map((folder) => join(folder, 'docker/cli-plugins'));
  return [join(dockerConfigFolder(env), 'cli-plugins'), ...extra, ...system];
}

function pathFolders(env: Environment): readonly string[] {
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
}

function executables(folders: readonly string[], file: string): readonly string[] {
  const real = new Map<string, string>();
  for (const folder of folders) {
    const path = join(folder, file);
    try {
      accessSync(path, constants.X_OK);
      const target = realpathSync(path);
      if (!real.has(target)) real.set(target, path);
    } catch {
      // not here: the next folder may have it
    }
  }
  return [...real.values()];
}

/** Whether a version is at least `major.minor`. */
export function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [seenMajor = 0, seenMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return seenMajor > major || (seenMajor === major && seenMinor >= minor);
}

function missing(recipe: Recipe, seen: readonly string[], folders: readonly string[]): Fault {
  const minimum = recipe.minimum.join('.');
  const problem =
    seen.length === 0 ? `${recipe.title} is not installed` : `${recipe.title} is too old: ${seen.join(', ')}`;
  return new Fault(problem, {
    where: seen.length === 0 ? folders.join(', ') : seen.join(', '),
    remedy: `${seen.length === 0 ? 'Install' : 'Upgrade to'} ${recipe.title.replace(/^the /, '')} ${minimum} or newer: ${recipe.why}`,
  });
}
