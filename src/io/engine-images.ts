import { z } from 'zod';
import { isDigest } from '../model/digest.ts';
import type { EngineImages, Files, OpenedImage } from '../model/effects.ts';
import type { Engine, EngineInfo } from '../model/engine.ts';
import { Fault } from '../model/fault.ts';
import { findContentFolder, openContentStore } from './content-store.ts';
import { expectStatus, parseAnswer, type EngineHttp } from './engine-http.ts';
import { pullImage } from './engine-pull.ts';
import { imagePath, pushImage } from './engine-push.ts';
import { startLoopbackRegistry, type LoopbackRegistry } from './loopback-registry.ts';

export interface EngineImagesOptions {
  readonly http: EngineHttp;
  readonly engine: Pick<Engine, 'info'>;
  readonly files: Pick<Files, 'makeTemporary' | 'remove'>;
  /** Id of the run, which stands in the names that are pushed. */
  readonly run?: string;
  /** Never read the content folder, even where it is readable. */
  readonly loopbackOnly?: boolean;
}

const IMAGE = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  Descriptor: z.object({ digest: z.string() }).nullish(),
});
type FoundImage = z.infer<typeof IMAGE>;

interface Served {
  readonly registry: LoopbackRegistry;
  readonly directory: string;
}

/**
 * Opens the stored bytes of images the engine holds: the containerd content folder where this user may read it, else one push into a
 * registry of our own on loopback. Faults: no such image, an image without a name that would have to be pushed.
 */
export function makeEngineImages(options: EngineImagesOptions): EngineImages {
  let served: Promise<Served> | undefined;
  const serve = () => (served ??= startServing(options.files, options.run));
  const taken: string[] = [];
  return {
    ...makeFinder(options, serve),
    take: async (source, image) => {
      const { registry } = await serve();
      registry.served.add(source, image);
      const name = `slipway.local/given/image-${String(taken.length)}:${options.run ?? 'run'}`;
      taken.push(name);
      await pullImage(options.http, registry.repository, image, name);
      return name;
    },
    close: async () => {
      for (const name of taken.splice(0)) {
        await options.http.call({ method: 'DELETE', path: `/images/${imagePath(name)}?noprune=true` });
      }
      const running = await served?.catch(() => undefined);
      served = undefined;
      await running?.registry.close();
      if (running !== undefined) await options.files.remove(running.directory);
    },
  };
}

function makeFinder(options: EngineImagesOptions, serve: () => Promise<Served>): Pick<EngineImages, 'find' | 'open'> {
  const { http } = options;
  let pushes = 0;
  const opened = new Map<string, OpenedImage>();
  const openBytes = async (info: EngineInfo, image: FoundImage, reference: string): Promise<OpenedImage> => {
    const stored = options.loopbackOnly === true ? undefined : await openStored(info, image);
    if (stored !== undefined) return stored;
    pushes += 1;
    return openPushed(http, info, { image, reference, tag: `push-${String(pushes)}` }, await serve());
  };
  const find: EngineImages['find'] = async (reference) => {
    const [info, image] = await Promise.all([options.engine.info(), findImage(http, reference)]);
    if (image === undefined) return undefined;
    const found = await openBytes(info, image, reference);
    opened.set(image.Id, found);
    return { ...found, id: image.Id };
  };
  return {
    find,
    open: async (reference) => {
      // An id is a digest: what it names stays the same, while a name may move.
      const found = opened.get(reference) ?? (await find(reference));
      if (found !== undefined) return found;
      throw new Fault(`the engine has no image ${reference}`, { where: http.url, remedy: 'Build or pull it first.' });
    },
  };
}

async function startServing(files: EngineImagesOptions['files'], run: string | undefined): Promise<Served> {
  const directory = await files.makeTemporary('push');
  return { registry: await startLoopbackRegistry(directory, run), directory };
}

async function findImage(http: EngineHttp, reference: string): Promise<FoundImage | undefined> {
  const answer = await http.call({ method: 'GET', path: `/images/${imagePath(reference)}/json` });
  if (answer.status === 404) return undefined;
  return parseAnswer(IMAGE, expectStatus(answer, [200], 'inspect an image', http).body, 'inspect an image');
}

async function openStored(info: EngineInfo, image: FoundImage): Promise<OpenedImage | undefined> {
  if (info.store !== 'containerd') return undefined;
  const digest = image.Descriptor?.digest ?? image.Id;
  if (!isDigest(digest)) return undefined;
  const folder = await findContentFolder(info.rootDirectory, digest);
  if (folder === undefined) return undefined;
  return { source: openContentStore(folder), digest, how: 'read from the containerd content store' };
}

interface Wanted {
  readonly image: FoundImage;
  readonly reference: string;
  readonly tag: string;
}

async function openPushed(http: EngineHttp, info: EngineInfo, wanted: Wanted, served: Served): Promise<OpenedImage> {
  // Taking our tag away again would remove an image that has no other name.
  if ((wanted.image.RepoTags ?? []).length === 0) {
    throw new Fault(`the image ${wanted.reference} has no name, so its bytes cannot be pushed out of the engine`, {
      where: http.url,
      remedy: 'Give it a tag, or run as a user who may read the containerd content store.',
    });
  }
  const { registry } = served;
  await pushImage(http, wanted.image.Id, registry.repository, wanted.tag);
  const pushed = registry.tagged(wanted.tag);
  if (pushed === undefined) {
    throw new Fault(`the engine said it pushed ${wanted.reference}, but nothing arrived`, {
      kind: 'environment',
      where: registry.source.description,
    });
  }
  const why =
    info.store === 'containerd' ? 'its content store is not readable here' : `it keeps images in ${info.driver}`;
  return {
    source: registry.source,
    digest: pushed.digest,
    how: `pushed once by the engine to a loopback registry: ${why}`,
  };
}
