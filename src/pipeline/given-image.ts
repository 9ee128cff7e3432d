import { resolve } from 'node:path';
import { openDockerArchive } from '../image/docker-archive.ts';
import type { Effects, LayoutImage, OpenedImage } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';

/** An image that was not built here, as the user names it. */
export type GivenPlace =
  /** `beside`: what has the same name here and was not meant, as far as one can tell. */
  | { readonly type: 'registry' | 'engine'; readonly reference: string; readonly beside?: 'folder' | 'file' }
  /** `name`: one of the images it holds, by name or digest; absent: all of them. */
  | { readonly type: 'oci'; readonly directory: string; readonly name?: string }
  | { readonly type: 'archive'; readonly file: string };

/** One image to judge as it is. */
export interface GivenImage {
  /** As the reports call it. */
  readonly reference: string;
  /** Names it goes by: the tags of a layout, or its repository. */
  readonly names: readonly string[];
  readonly opened: OpenedImage;
}

const PREFIX = /^(oci|docker|docker-daemon|docker-archive|oci-archive):(?!\/\/)(.*)$/s;
/** Places of other tools that cannot be read here. */
const FOREIGN = /^(dir|containers-storage|ostree|sif|tarball|podman|podman-archive|https?):/;

/**
 * Reads `registry/name:tag`, `oci:DIR[:NAME]`, `docker-archive:FILE`, `docker:NAME` (an image of the engine) or a plain path.
 * A folder with an `oci-layout` in it and a file with an ending are found without a prefix too. Throws a Fault for a path that leads nowhere.
 */
export async function locateGiven(files: Effects['files'], text: string, directory: string): Promise<GivenPlace> {
  const [, prefix, rest = ''] = PREFIX.exec(text) ?? [];
  if (FOREIGN.test(text) || rest === '') refuseForeign(text, prefix);
  if (prefix === 'oci') return locateLayout(files, rest, directory);
  if (prefix === 'docker-archive' || prefix === 'oci-archive') return locateArchive(files, resolve(directory, rest));
  if (prefix === 'docker' || prefix === 'docker-daemon') return { type: 'engine', reference: rest };
  const looksLikePath = /^(?:\.{0,2}\/|\.{1,2}$|~\/)/.test(text);
  const stat = await files.stat(resolve(directory, text));
  if (stat?.directory === true && (looksLikePath || (await isLayout(files, resolve(directory, text))))) {
    return { type: 'oci', directory: resolve(directory, text) };
  }
  if (stat?.directory === false && (looksLikePath || ENDING.test(text))) {
    return { type: 'archive', file: resolve(directory, text) };
  }
  if (!looksLikePath) {
    const beside = stat === undefined ? {} : ({ beside: stat.directory ? 'folder' : 'file' } as const);
    return { type: 'registry', reference: text.replace(/^docker:\/\//, ''), ...beside };
  }
  throw new Fault(`there is no image at ${text}`, {
    where: resolve(directory, text),
    remedy: 'Name a registry reference, oci:DIR or docker-archive:FILE.',
  });
}

/** A file name with one is no image name that anyone has beside it. */
const ENDING = /\.[A-Za-z0-9]+$/;

function refuseForeign(text: string, prefix: string | undefined): void {
  const foreign = FOREIGN.exec(text)?.[1];
  const remedy = 'Name registry/name:tag, oci:DIR, docker-archive:FILE or docker:NAME in the engine.';
  if (foreign !== undefined)
    throw new Fault(`${foreign}: is no place that images are read from here`, { where: text, remedy });
  if (prefix !== undefined) throw new Fault(`nothing stands behind ${prefix}:`, { where: text, remedy });
}

async function locateArchive(files: Effects['files'], file: string): Promise<GivenPlace> {
  if ((await files.stat(file))?.directory === false) return { type: 'archive', file };
  throw new Fault('there is no archive', { where: file, remedy: 'Name a file that docker save wrote.' });
}

/** A folder may have a colon in its name: the longest path that is a layout wins. */
async function locateLayout(files: Effects['files'], rest: string, directory: string): Promise<GivenPlace> {
  for (const [path, name] of splits(rest)) {
    const folder = resolve(directory, path);
    if (await isLayout(files, folder)) return { type: 'oci', directory: folder, ...(name === '' ? {} : { name }) };
  }
  throw new Fault(`there is no OCI layout at ${rest}`, {
    where: resolve(directory, rest),
    remedy: 'Name a folder that holds oci-layout and index.json: oci:DIR or oci:DIR:NAME.',
  });
}

function splits(text: string): readonly (readonly [string, string])[] {
  const at = [...text.matchAll(/[:@]/g)].map(({ index }) => index).reverse();
  return [[text, ''], ...at.map((index) => [text.slice(0, index), text.slice(index + 1)] as const)];
}

async function isLayout(files: Effects['files'], folder: string): Promise<boolean> {
  return (await files.stat(`${resolve(folder)}/oci-layout`))?.directory === false;
}

/** Opens what a reference names: one image, or all of a layout. Throws a Fault when there is none. */
export async function openGiven(effects: Effects, place: GivenPlace): Promise<readonly GivenImage[]> {
  switch (place.type) {
    case 'registry': {
      const opened = await effects.stores.openImage(place.reference).catch((error: unknown) => {
        throw explainName(error, place);
      });
      return [{ reference: place.reference, names: [repositoryOf(place.reference)], opened }];
    }
    case 'engine': {
      const opened = await effects.engineImages.open(place.reference);
      return [{ reference: `docker:${place.reference}`, names: [repositoryOf(place.reference)], opened }];
    }
    case 'oci':
      return chooseImages(await effects.stores.listLayout(place.directory), `oci:${place.directory}`, place.name);
    case 'archive':
      return chooseImages(await openDockerArchive(effects.files, place.file), `docker-archive:${place.file}`);
  }
}

/** Whoever has a folder or file of that name may have meant it. */
function explainName(
  error: unknown,
  { reference, beside }: { reference: string; beside?: 'folder' | 'file' },
): unknown {
  if (!(error instanceof Fault) || beside === undefined) return error;
  const meant = beside === 'folder' ? `oci:${reference}` : `docker-archive:${reference}`;
  const remedy = `A registry was asked. The ${beside} ${reference} here is no OCI layout or archive by its looks: ${meant} reads it.`;
  const { message, kind, where } = error;
  return new Fault(message, { kind, remedy, cause: error, ...(where === undefined ? {} : { where }) });
}

function chooseImages(images: readonly LayoutImage[], place: string, wanted?: string): GivenImage[] {
  const chosen = wanted === undefined ? images : images.filter((image) => isNamed(image, wanted));
  if (chosen.length === 0) {
    const names = images.flatMap((image) => (image.names.length === 0 ? [image.digest] : image.names));
    throw new Fault(wanted === undefined ? 'there is no image in it' : `there is no image ${wanted} in it`, {
      where: place,
      remedy: names.length === 0 ? 'Choose another one.' : `It has ${names.join(', ')}.`,
    });
  }
  return chosen.map((image) => ({
    reference: images.length === 1 ? place : `${place}:${image.names[0] ?? image.digest}`,
    names: image.names.map(repositoryOf),
    opened: image,
  }));
}

function isNamed({ names, digest }: { readonly names: readonly string[]; readonly digest: string }, wanted: string) {
  return digest === wanted || names.includes(wanted) || names.map(repositoryOf).includes(wanted);
}

/** The reference without its tag and digest. */
function repositoryOf(reference: string): string {
  return reference.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
}
