import { basename, dirname, join, resolve } from 'node:path';
import type { Config } from '../model/config.ts';
import type { Files } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import { findDockerfiles, nameImages } from './discover.ts';
import { LIMIT_BYTES } from './document.ts';
import { DEFAULT_TAGS, parseConfig } from './parse.ts';
import { resolveImages } from './resolve.ts';
import type { RuleTable } from './rule-table.ts';

const DEFAULT_FILE = 'slipway.yml';
const MISSPELT = ['slipway.yaml', '.slipway.yml', '.slipway.yaml'];

/**
 * The configuration of a folder: the file asked for, else its slipway.yml, else the Dockerfiles found in it
 * (reported on, nothing fails). Throws a Fault when none of these is there or the file has problems.
 */
export async function loadConfig(
  files: Files,
  path: string | undefined,
  directory: string,
  rules: RuleTable,
): Promise<Config> {
  const file = path ?? DEFAULT_FILE;
  const absolute = resolve(directory, file);
  const stat = await files.stat(absolute);
  if (stat === undefined && path === undefined) return loadWithoutFile(files, directory);
  if (stat === undefined) {
    throw new Fault(`there is no ${file}`, { where: absolute, remedy: 'Name an existing file with --config.' });
  }
  if (stat.directory) throw new Fault(`${file} is a folder`, { where: absolute, remedy: 'Name the file inside it.' });
  if (stat.size > LIMIT_BYTES) {
    throw new Fault(`${file} is larger than 1 MiB`, { where: absolute, remedy: 'Name a configuration file.' });
  }
  const text = decode(await files.readBytes(absolute), file);
  const repository = await findRepository(files, dirname(absolute));
  const top = repository === undefined ? {} : { repository };
  return parseConfig(text, { file, directory: dirname(absolute), rules, ...top });
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Fault(`${file} is not UTF-8 text`, { where: file, remedy: 'Save it as UTF-8.', cause });
  }
}

/** The nearest folder above that holds `.git` (a folder, or the file of a worktree). */
export async function findRepository(files: Pick<Files, 'stat'>, directory: string): Promise<string | undefined> {
  for (let folder = directory; ; folder = dirname(folder)) {
    if ((await files.stat(join(folder, '.git'))) !== undefined) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

async function loadWithoutFile(files: Files, directory: string): Promise<Config> {
  for (const name of MISSPELT) {
    if ((await files.stat(join(directory, name))) === undefined) continue;
    throw new Fault(`there is a ${name} but no ${DEFAULT_FILE}`, {
      where: join(directory, name),
      remedy: `Rename it to ${DEFAULT_FILE}, or name it with --config ${name}.`,
    });
  }
  const found = nameImages(await findDockerfiles(files, directory), basename(resolve(directory)));
  if (found.length === 0) {
    throw new Fault(`there is no ${DEFAULT_FILE} and no Dockerfile`, {
      where: directory,
      remedy: `Write a ${DEFAULT_FILE} with images: { NAME: { dockerfile: PATH } }, or run in the folder that has one.`,
    });
  }
  return implicitConfig(found, directory);
}

function implicitConfig(found: ReturnType<typeof nameImages>, directory: string): Config {
  const images = Object.fromEntries(found.map(({ name, dockerfile, context }) => [name, { dockerfile, context }]));
  return {
    directory: resolve(directory),
    cache: 'auto',
    sign: 'auto',
    images: resolveImages(images),
    rules: {},
    waivers: [],
    tags: DEFAULT_TAGS,
    informational: true,
    warnings: [],
  };
}
