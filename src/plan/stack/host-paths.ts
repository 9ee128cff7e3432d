import { dirname, join, relative } from 'node:path';
import { partAt, type Located } from '../../config/located.ts';
import type { ComposeVolume } from '../../model/compose-facts.ts';
import type { Files } from '../../model/effects.ts';
import type { Place } from '../../model/place.ts';
import type { ServiceModel } from './model.ts';
import { definitionsOf, findItems, findValue, textOf, type ComposeSources } from './sources.ts';

/** The mounts of a service, with what a checkout has of those that are written relative to the compose file. */
export async function readVolumes(
  files: Files,
  name: string,
  model: ServiceModel,
  sources: ComposeSources,
  repository: string,
): Promise<readonly ComposeVolume[]> {
  const definitions = definitionsOf(sources, name);
  const items = findItems(definitions, ['volumes']);
  const fallback: Place = findValue(definitions, ['volumes'])?.place ?? { file: '' };
  return await Promise.all(
    (model.volumes ?? []).map(async ({ type, source, target = '' }) => {
      const item = items.find((each) => targetOf(each) === target);
      const written = item === undefined ? (source ?? '') : sourceOf(item);
      const relativePath = type === 'bind' && source !== undefined && /^\.|^(?![/~$])[^:]*\//.test(written);
      return {
        type,
        target,
        written,
        place: item?.place ?? fallback,
        ...(source === undefined ? {} : { source }),
        ...(relativePath ? { host: await lookFor(files, source, repository) } : {}),
      };
    }),
  );
}

/** The path in the container: the first that is absolute behind the source, `./a:/b:ro`, `/b`. */
function targetOf(item: Located): string | undefined {
  if (item.kind === 'map') return textOf(partAt(item, ['target']))[0];
  const parts = splitVolume(textOf(item)[0] ?? '');
  return parts.length === 1 ? parts[0] : parts[1];
}

function sourceOf(item: Located): string {
  if (item.kind === 'map') return textOf(partAt(item, ['source']))[0] ?? '';
  return splitVolume(textOf(item)[0] ?? '')[0] ?? '';
}

/** Cuts at the colons outside `${…}`. */
function splitVolume(text: string): readonly string[] {
  return text.match(/(?:\$\{[^}]*\}|[^:])+/g) ?? [];
}

async function lookFor(files: Files, path: string, repository: string): Promise<'present' | 'missing' | 'outside'> {
  if (relative(repository, path).startsWith('..')) return 'outside';
  return (await files.stat(path)) === undefined ? 'missing' : 'present';
}

/** The nearest folder above that holds `.git`, else the folder itself. */
export async function findRepository(files: Files, directory: string): Promise<string> {
  for (let folder = directory; folder !== dirname(folder); folder = dirname(folder)) {
    if ((await files.stat(join(folder, '.git'))) !== undefined) return folder;
  }
  return directory;
}
