import type { FactCache, ImageSource } from '../../model/effects.ts';
import type { Digest } from '../../model/digest.ts';
import type { Descriptor } from '../../model/image.ts';
import { DamagedContent } from '../damage.ts';
import { decodeBlob } from '../layer-stream.ts';
import { layerCompression, manifestKind } from '../media-types.ts';
import { parseIndex, parseManifest, readManifest, readSmallBlob } from '../manifest.ts';
import { walkTar } from '../tar-walk.ts';
import type { KnownSearch } from './known-forms.ts';
import { decodeKnown, findKnown, searchKnown } from './known-search.ts';

/** Names of the known values that stand anywhere in a build cache, layers of every stage included; what was searched once is not read again. */
export async function searchCache(
  source: ImageSource,
  digest: Digest,
  cache: FactCache,
  search: KnownSearch,
): Promise<readonly string[]> {
  const root = await readManifest(source, digest);
  const found = new Set<string>();
  for (const blob of listBlobs(root.mediaType, root.bytes, digest)) {
    const names = await searchBlob(source, blob, cache, search);
    for (const name of names) found.add(name);
  }
  return [...found];
}

/** A cache is an index of layers, or a manifest with `image-manifest=true`, BuildKit's default. */
function listBlobs(mediaType: string, bytes: Uint8Array, digest: Digest): readonly Descriptor[] {
  if (manifestKind(mediaType) === 'index') return parseIndex(bytes, digest).manifests;
  const { layers, config } = parseManifest(bytes, digest);
  return [config, ...layers];
}

async function searchBlob(
  source: ImageSource,
  blob: Descriptor,
  cache: FactCache,
  search: KnownSearch,
): Promise<readonly string[]> {
  const compression = layerCompression(blob.mediaType);
  if (compression === undefined) return findKnown(search, Buffer.from(await readSmallBlob(source, blob, 'cache')));
  const kept = await cache.get(search.key(blob.digest));
  const known = kept === undefined ? undefined : decodeKnown(kept);
  if (known !== undefined) return known.map(({ name }) => name);
  const chunks = await source.blob(blob);
  if (chunks === undefined) {
    throw new DamagedContent(`blob ${blob.digest} of the cache is not there`, { where: source.description });
  }
  const files = searchKnown(search);
  const walk = walkTar({
    entry: ({ name, size }) => {
      files.open(name, size);
    },
    body: files.body,
    close: files.close,
    after: files.after,
  });
  await decodeBlob(blob, compression, chunks, walk.push);
  walk.end();
  await cache.put(search.key(blob.digest), Buffer.from(JSON.stringify(files.found())));
  return files.found().map(({ name }) => name);
}
