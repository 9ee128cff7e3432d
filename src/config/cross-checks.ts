import { posix } from 'node:path';
import type { ImageKind } from '../model/config.ts';
import type { Complaint } from '../model/fault.ts';
import { PROFILES } from '../model/profiles.ts';
import type { Problem } from './complaints.ts';
import { checkGpu, gpuPaths } from './gpu.ts';
import { formatPath, keyPlaceAt, partAt, valuePlaceAt } from './located.ts';
import type { Located, LocatedMap, Path } from './located.ts';
import { suggest } from './nearest.ts';

/** Keys that make sense for one kind; an image that starts from one of the other kind leaves them behind. */
const SERVICE_ONLY = ['port', 'ports', 'healthy-within', 'started-within', 'stops-within', 'http', 'hardened'];
const JOB_ONLY = ['run'];

/** Keys of the other kind. */
export function strangeTo(kind: ImageKind): readonly string[] {
  return kind === 'job' ? SERVICE_ONLY : JOB_ONLY;
}

/** What one key must know of another; read from the written tree, so that a wrong value elsewhere hides nothing. */
export function checkAcross(root: Located, pathPrefix: string): Problem[] {
  const images = imageNames(root);
  return [
    ...checkSomeImage(root, images),
    ...checkStack(root, pathPrefix),
    ...images.flatMap((name) => [
      ...checkDockerfile(root, name),
      ...checkExtends(root, name, images),
      ...checkKind(root, name),
      ...checkHttp(root, ['images', name, 'http']),
      ...checkGpu(root, ['images', name, 'gpu']),
      ...checkPaths(root, pathsOf(root, name), pathPrefix),
    ]),
  ];
}

/** Names under `images:` as written. */
export function imageNames(root: Located): string[] {
  const images = partAt(root, ['images']);
  return images?.kind === 'map' ? [...images.entries.keys()] : [];
}

/** What a waiver can be about: an image, or the stack where there is one. */
export function subjectNames(root: Located): string[] {
  return [...imageNames(root), ...(partAt(root, ['stack']) === undefined ? [] : ['stack'])];
}

function complain(root: Located, path: Path, text: string, at: 'key' | 'value' = 'value'): Problem {
  const place = at === 'key' ? keyPlaceAt(root, path) : valuePlaceAt(root, path);
  const complaint: Complaint = { message: `${formatPath(path)}: ${text}`, place };
  return { path, complaint };
}

function checkSomeImage(root: Located, images: readonly string[]): Problem[] {
  const written = partAt(root, ['images']);
  if (images.length > 0 || written?.kind !== 'map') return [];
  return [
    complain(root, ['images'], 'no image; write at least one, such as api: { dockerfile: docker/Dockerfile.api }'),
  ];
}

function imageAt(root: Located, name: string): LocatedMap | undefined {
  const image = partAt(root, ['images', name]);
  return image?.kind === 'map' ? image : undefined;
}

function textAt(root: Located, path: Path): string | undefined {
  const part = partAt(root, path);
  return part?.kind === 'scalar' && typeof part.value === 'string' ? part.value : undefined;
}

function checkDockerfile(root: Located, name: string): Problem[] {
  const image = imageAt(root, name);
  if (image === undefined || image.entries.has('dockerfile') || image.entries.has('extends')) return [];
  const path = ['images', name, 'dockerfile'];
  return [complain(root, path, 'missing; expected the path of the Dockerfile, relative to the folder of slipway.yml')];
}

/** Variants of variants are rare; beyond this nobody can say what an image is made of. */
const LONGEST_CHAIN = 20;

/** The images an image starts from, nearest first; ends where a circle closes. */
export function ancestorsOf(name: string, parentOf: (name: string) => string | undefined): string[] {
  const chain: string[] = [];
  for (let next = parentOf(name); next !== undefined && chain.length <= LONGEST_CHAIN; next = parentOf(next)) {
    const closed = next === name || chain.includes(next);
    chain.push(next);
    if (closed) break;
  }
  return chain;
}

function checkExtends(root: Located, name: string, images: readonly string[]): Problem[] {
  const path = ['images', name, 'extends'];
  const parent = textAt(root, path);
  if (parent === undefined) return [];
  if (!images.includes(parent))
    return [complain(root, path, `no image is named \`${parent.slice(0, 64)}\`${suggest(parent, images)}`)];
  const chain = ancestorsOf(name, (image) => textAt(root, ['images', image, 'extends']));
  if (chain.length > LONGEST_CHAIN)
    return [complain(root, path, `starts from more than ${String(LONGEST_CHAIN)} other images`)];
  // Every member of a circle would report it; the first in the alphabet does.
  if (chain.at(-1) === name && [...chain].sort()[0] === name) {
    return [complain(root, path, `goes in a circle: ${[name, ...chain].join(' → ')}`)];
  }
  return [];
}

function checkKind(root: Located, name: string): Problem[] {
  const chain = [name, ...ancestorsOf(name, (image) => textAt(root, ['images', image, 'extends']))];
  const nearest = (key: string): string | undefined =>
    chain.map((image) => textAt(root, ['images', image, key])).find((found) => found !== undefined);
  const kind = nearest('kind') ?? PROFILES.find(({ name: profile }) => profile === nearest('profile'))?.defaults.kind;
  if (kind !== undefined && kind !== 'job' && kind !== 'service') return [];
  const wrong = strangeTo(kind ?? 'service');
  const other = kind === 'job' ? 'service' : 'job';
  const hint = kind === 'job' ? 'take it out' : 'write `kind: job`, or take it out';
  return wrong.flatMap((key) => {
    if (partAt(root, ['images', name, key]) === undefined) return [];
    const text = `applies to a ${other} only, and this image is a ${kind ?? 'service'}; ${hint}`;
    return [complain(root, ['images', name, key], text, 'key')];
  });
}

function checkHttp(root: Located, list: Path): Problem[] {
  const http = partAt(root, list);
  if (http?.kind !== 'list') return [];
  return http.items.flatMap((item, index) => {
    if (item.kind !== 'map' || item.entries.has('service')) return [];
    const path = [...list, index];
    const methods = ['get', 'post'].filter((key) => item.entries.has(key));
    if (methods.length !== 1) return [complain(root, path, 'expected exactly one of get and post')];
    if (item.entries.has('body') && methods[0] === 'get')
      return [complain(root, [...path, 'body'], 'a body goes with post, not with get', 'key')];
    return [];
  });
}

const RESTART: Path = ['stack', 'survives-restart'];
const STACK_HTTP: readonly Path[] = [
  ['stack', 'http'],
  [...RESTART, 'write'],
  [...RESTART, 'read'],
];

/** Without something written, and something that tells whether it is there, an app that forgets would pass. */
function checkRestart(root: Located): Problem[] {
  const written = partAt(root, RESTART);
  if (written?.kind !== 'scalar' || written.value !== true) return [];
  const http = partAt(root, ['stack', 'http']);
  const items = http?.kind === 'list' ? http.items : [];
  const missing = ['post', 'get'].filter((key) => !items.some((item) => item.kind === 'map' && item.entries.has(key)));
  if (missing.length === 0) return [];
  const text = `true takes the posts of stack.http as writes and its gets as reads, and there is no ${missing.join(' and no ')}; write it there, or a map with write and read here`;
  return [complain(root, RESTART, text)];
}

/** Reports and waivers name the stack `stack`; an image of that name could not be told from it. */
function checkStack(root: Located, pathPrefix: string): Problem[] {
  const files = partAt(root, ['stack', 'files']);
  const paths = files?.kind === 'list' ? files.items.map((_, index): Path => ['stack', 'files', index]) : [];
  const written = paths.flatMap((path) => {
    const text = textAt(root, path);
    return text === undefined ? [] : [{ path, text }];
  });
  const both = partAt(root, ['stack']) !== undefined && partAt(root, ['images', 'stack']) !== undefined;
  const taken = 'an image cannot be named `stack` where there is a `stack:`; name it after what it does';
  return [
    ...checkPaths(root, written, pathPrefix),
    ...STACK_HTTP.flatMap((path) => checkHttp(root, path)),
    ...checkRestart(root),
    ...(both ? [complain(root, ['images', 'stack'], taken, 'key')] : []),
  ];
}

interface WrittenPath {
  readonly path: Path;
  readonly text: string;
}

function checkPaths(root: Located, paths: readonly WrittenPath[], pathPrefix: string): Problem[] {
  return paths.flatMap(({ path, text }) => {
    const inside = posix.normalize(posix.join(pathPrefix, text));
    if (inside !== '..' && !inside.startsWith('../')) return [];
    return [
      complain(
        root,
        path,
        `\`${text.slice(0, 60)}\` leaves the repository; paths stay inside it, relative to the folder of slipway.yml`,
      ),
    ];
  });
}

function pathsOf(root: Located, name: string): WrittenPath[] {
  const image = ['images', name];
  const references = partAt(root, [...image, 'with']);
  const referencePaths: Path[] =
    references?.kind === 'list' ? references.items.map((_, index) => [...image, 'with', index]) : [[...image, 'with']];
  const secrets = partAt(root, [...image, 'secrets']);
  const ids = secrets?.kind === 'map' ? [...secrets.entries.keys()] : [];
  const sources: Path[] = ids.flatMap((id) => [
    [...image, 'secrets', id],
    [...image, 'secrets', id, 'from'],
  ]);
  const found = [
    ...[
      [...image, 'dockerfile'],
      [...image, 'context'],
    ].map((path) => ({ path, text: textAt(root, path) })),
    ...referencePaths.map((path) => ({ path, text: textAt(root, path)?.split('#')[0] })),
    ...sources.map((path) => ({ path, text: relativeSource(textAt(root, path)) })),
  ];
  const known = found.filter((entry): entry is { path: Path; text: string } => entry.text !== undefined);
  return [...known, ...gpuPaths(root, [...image, 'gpu'])];
}

/** A secret may lie anywhere by an absolute path (`file./run/secrets/token`); a relative one stays inside. */
function relativeSource(text: string | undefined): string | undefined {
  return text?.startsWith('file.') === true && !text.startsWith('file./') ? text.slice('file.'.length) : undefined;
}
