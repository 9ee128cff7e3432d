import { posix } from 'node:path';
import type { Config, ImageConfig } from '../model/config.ts';
import type { Effects } from '../model/effects.ts';
import type { DockerfileInstruction } from '../model/facts.ts';
import { Fault } from '../model/fault.ts';
import { makeSelector, readIgnoreFile } from './context.ts';
import { findContextSources, hasUnknownSources } from './context-sources.ts';
import type { Dockerfile } from './dockerfile.ts';
import type { IgnoreMatcher } from './dockerignore.ts';
import { readImageDockerfile } from './image-dockerfile.ts';

/** Why each image may be affected by a change, by name; an image that is not in it is not. */
export type Affected = ReadonlyMap<string, string>;

interface Change {
  readonly paths: readonly string[];
  readonly links: readonly string[];
}

/**
 * The images that a change of these files may affect: their Dockerfile, ignore files, the files of their context that the Dockerfile takes,
 * other files they are made or judged with, and images of the config they start from. Whatever cannot be read counts as affected.
 */
export async function findAffected(effects: Effects, config: Config, change: Change): Promise<Affected> {
  const shared = await findShared(effects, config, change.paths);
  if (shared !== undefined) return new Map(config.images.map(({ name }) => [name, shared]));
  const reasons = new Map<string, string>();
  const parsed = new Map<string, Dockerfile>();
  for (const image of config.images) {
    const reading = await readImageDockerfile(effects.files, config.directory, image, undefined);
    const dockerfile = reading.state === 'known' ? reading.value : undefined;
    if (dockerfile !== undefined) parsed.set(image.name, dockerfile);
  }
  for (const image of config.images) {
    const reason = await explain(effects, config, image, parsed, change);
    if (reason !== undefined) reasons.set(image.name, reason);
  }
  spread(config, parsed, reasons);
  // A stack is started with what was just built, and with nothing else.
  if (config.stack === undefined || reasons.size === 0) return reasons;
  const [first = ''] = reasons.keys();
  const together = (name: string): string =>
    reasons.get(name) ?? `${first} may change, and a stack is proven as a whole`;
  return new Map(config.images.map(({ name }) => [name, together(name)]));
}

/** What concerns every image. */
async function findShared(effects: Effects, config: Config, paths: readonly string[]): Promise<string | undefined> {
  const file = config.file === undefined ? undefined : posix.basename(config.file);
  if (file !== undefined && paths.includes(file)) return `${file} changed`;
  for (const { path } of config.stack?.files ?? []) {
    const found = await findComposeChange(effects, config, path, paths);
    if (found !== undefined) return `${found} changed, which belongs to the stack`;
  }
  return undefined;
}

/** A compose file, or a file beside or below it that it names: `env_file`, `configs`, a mount. */
async function findComposeChange(
  { files }: Effects,
  { directory }: Config,
  compose: string,
  paths: readonly string[],
): Promise<string | undefined> {
  if (paths.includes(compose)) return compose;
  const folder = posix.dirname(compose);
  const text = await readOrNothing(files, posix.join(directory, compose));
  return paths.find((path) => {
    const inside = posix.relative(folder, path);
    const [top = ''] = inside.split('/');
    return !inside.startsWith('..') && names(text, top);
  });
}

/** Whether a compose file has the word, as a path or the first part of one. */
function names(text: string, word: string): boolean {
  const escaped = word.replaceAll(/[^A-Za-z0-9_-]/g, '\\$&');
  return new RegExp(`(?:^|[\\s"'/[,=-])${escaped}(?:$|[\\s"'/:,\\]}])`, 'm').test(text);
}

async function readOrNothing(files: Effects['files'], path: string): Promise<string> {
  try {
    return await files.readText(path);
  } catch {
    return '';
  }
}

async function explain(
  effects: Effects,
  config: Config,
  image: ImageConfig,
  parsed: ReadonlyMap<string, Dockerfile>,
  change: Change,
): Promise<string | undefined> {
  const { paths } = change;
  const own = ownFiles(image).find((path) => paths.some((changed) => isOrHolds(path, changed)));
  if (own !== undefined) return `${own} changed`;
  for (const { file } of image.with) {
    const found = await findComposeChange(effects, config, file, paths);
    if (found !== undefined) return `${found} changed, which it is checked with`;
  }
  return explainContext(effects, config, image, parsed, change);
}

/** Files that are read beside the context. */
function ownFiles(image: ImageConfig): readonly string[] {
  const secrets = image.secrets.flatMap(({ source }) => (source.from === 'file' ? source.path : []));
  const mounts = image.gpu?.phases.flatMap((phase) => phase.mounts.map(({ source }) => source)) ?? [];
  return [
    image.dockerfile,
    `${image.dockerfile}.dockerignore`,
    // The policy that buildx loads by itself.
    `${image.dockerfile}.rego`,
    posix.join(image.context, '.dockerignore'),
    ...(image.sbom === undefined ? [] : [image.sbom]),
    ...secrets,
    ...mounts,
  ].map((path) => posix.normalize(path));
}

/** Whether a path is the changed file or a folder above it. */
export function isOrHolds(path: string, changed: string): boolean {
  return changed === path || changed.startsWith(`${path}/`);
}

async function explainContext(
  effects: Effects,
  config: Config,
  image: ImageConfig,
  parsed: ReadonlyMap<string, Dockerfile>,
  { paths, links }: Change,
): Promise<string | undefined> {
  const dockerfile = parsed.get(image.name);
  const ignore = await readIgnore(effects, config, image);
  const inside = (path: string): string | undefined => {
    const below = posix.relative(image.context, path);
    return below === '' || below.startsWith('..') ? undefined : below;
  };
  const sent = paths.flatMap((path) => inside(path) ?? []).filter((path) => ignore?.find(path).ignored !== true);
  if (sent.length === 0) return undefined;
  const linked = links.some((path) => inside(path) !== undefined);
  const vague = dockerfile === undefined || linked || isVague(config, parsed, image, dockerfile);
  const taken = vague ? sent : sent.filter(makeTaker(dockerfile, image));
  const [first, ...others] = taken;
  if (first === undefined) return undefined;
  const more = others.length === 0 ? '' : ` and ${String(others.length)} more`;
  return `${posix.join(image.context, first)}${more} changed`;
}

async function readIgnore(effects: Effects, config: Config, image: ImageConfig): Promise<IgnoreMatcher | undefined> {
  try {
    const read = await readIgnoreFile(effects.files, config.directory, image);
    return 'problem' in read ? undefined : read.matcher;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return undefined;
  }
}

/** The frontends whose language is read here. */
const KNOWN_FRONTEND = /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@]|$)/;

/**
 * Whether nobody can say here what of the context an image takes: a variable of its base, the language of another frontend, or ONBUILD
 * instructions, which take what the Dockerfile of the base says. A base of others shows them by its name at best.
 */
function isVague(
  { registry }: Config,
  parsed: ReadonlyMap<string, Dockerfile>,
  image: ImageConfig,
  dockerfile: Dockerfile,
): boolean {
  const { syntax, stages } = dockerfile;
  if (syntax !== undefined && !KNOWN_FRONTEND.test(syntax)) return true;
  const bases = stages.map(({ base, reference }) => reference ?? base);
  const triggering = [...parsed].filter(([, other]) => hasTriggers(other)).map(([name]) => name);
  return (
    hasTriggers(dockerfile) ||
    bases.some((base) => /onbuild/i.test(base) || triggering.some((name) => mentions(base, name, registry))) ||
    hasUnknownSources(dockerfile, image.args)
  );
}

function hasTriggers({ instructions }: Dockerfile): boolean {
  return instructions.some(({ keyword }) => keyword === 'ONBUILD');
}

/** Whether the Dockerfile may take a path of the context; the folder of a submodule changes as one path. */
function makeTaker(dockerfile: Dockerfile, image: ImageConfig): (path: string) => boolean {
  const sources = findContextSources(dockerfile, image.args);
  const select = makeSelector(sources);
  const holds = (path: string): boolean =>
    sources.some((source) => source.path.startsWith(`${path}/`) || (source.wildcard && isAbove(path, source.path)));
  return (path) => select(path) || holds(path);
}

/** Whether a folder may be on the way to what a pattern names. */
function isAbove(path: string, pattern: string): boolean {
  const parts = pattern.split('/');
  const own = path.split('/');
  return (
    own.length < parts.length && own.every((part, index) => /[*?[]/.test(parts[index] ?? '') || part === parts[index])
  );
}

/** An image that starts from another one of the config, or takes files from it, changes with it. */
function spread(
  { images, registry }: Config,
  parsed: ReadonlyMap<string, Dockerfile>,
  reasons: Map<string, string>,
): void {
  const names = images.map(({ name }) => name);
  for (let before = -1; before !== reasons.size;) {
    before = reasons.size;
    for (const name of names.filter((each) => !reasons.has(each))) {
      const { instructions = [], stages = [] } = parsed.get(name) ?? {};
      const written = instructions.filter(namesImages).map((instruction) => instruction.text);
      const text = [...written, ...stages.flatMap(({ reference }) => reference ?? [])];
      const source = [...reasons.keys()].find((other) => text.some((words) => mentions(words, other, registry)));
      if (source !== undefined) reasons.set(name, `${source} may change, and it is made from that`);
    }
  }
}

function namesImages({ keyword, text }: DockerfileInstruction): boolean {
  return keyword === 'FROM' || text.includes('from=');
}

/** A reference whose last part is the image's name. A stage of that name is taken for it too. */
function mentions(words: string, name: string, registry: string | undefined): boolean {
  const escaped = name.replaceAll(/[.]/g, '\\.');
  const pattern = new RegExp(`(?:^|[\\s=/,])${escaped}(?:[:@\\s,]|$)`);
  return pattern.test(words) || (registry !== undefined && words.includes(`${registry}/${name}`));
}
