import type { FactCache, ImageSource } from '../model/effects.ts';
import type { LayerDescriptor } from '../model/image.ts';
import { createKeeper, createPicker } from './body-keeper.ts';
import { DamagedContent } from './damage.ts';
import { createCodeReader } from './gpu-code.ts';
import { decodeLayerFacts, encodeLayerFacts, layerFactsKey, type LayerFacts } from './layer-facts.ts';
import { recordEntries } from './layer-entries.ts';
import { createListingWriter } from './layer-listing.ts';
import { readLayerName } from './layer-path.ts';
import { decodeBlob } from './layer-stream.ts';
import { layerCompression, type Compression } from './media-types.ts';
import type { LayerBudget } from './read-budget.ts';
import { searchFiles } from './secrets/file-search.ts';
import type { KnownSearch } from './secrets/known-forms.ts';
import { decodeKnown, searchKnown } from './secrets/known-search.ts';
import { walkTar } from './tar-walk.ts';

/** The facts of one layer from the cache, else from one pass over it; DamagedContent when it is not what manifest and config say. */
export async function readLayer(
  source: ImageSource,
  cache: FactCache,
  layer: LayerDescriptor,
  budget: LayerBudget,
  search?: KnownSearch,
): Promise<LayerFacts> {
  const compression = compressionOf(layer);
  const key = layerFactsKey(layer.digest, compression);
  const knownKey = search?.key(layer.digest);
  const [cached, cachedKnown] = await Promise.all([
    cache.get(key),
    knownKey === undefined ? NONE : cache.get(knownKey),
  ]);
  const facts = cached === undefined ? undefined : decodeLayerFacts(cached);
  const known = cachedKnown === undefined ? undefined : decodeKnown(cachedKnown);
  // Of a base layer nobody asks; where another image counts it as its own, it is read once more.
  if (facts !== undefined && known !== undefined && (layer.base || facts.secrets !== undefined)) {
    return checkFacts({ ...facts, known }, layer);
  }
  const fresh = checkFacts(await passOver(source, layer, compression, search, budget), layer);
  await cache.put(key, encodeLayerFacts(fresh));
  if (knownKey !== undefined) await cache.put(knownKey, Buffer.from(JSON.stringify(fresh.known ?? [])));
  return fresh;
}

const NONE = Buffer.from('[]');

/** Bodies of some files of a layer, by path, read again because nobody knew at the first pass that they matter. */
export async function readLayerFiles(
  source: ImageSource,
  layer: LayerDescriptor,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Buffer>> {
  const picker = createPicker(paths);
  const walk = walkTar({
    entry: (entry) => {
      const name = readLayerName(entry.name);
      const file = name.kind === 'entry' && entry.type === 'file';
      picker.open(file ? { path: name.path, mode: entry.mode, position: 0 } : undefined);
    },
    body: picker.body,
    close: picker.close,
  });
  await decodeBlob(layer, compressionOf(layer), await openBlob(source, layer), walk.push);
  walk.end();
  return picker.picked;
}

function compressionOf(layer: LayerDescriptor): Compression {
  const compression = layerCompression(layer.mediaType);
  if (compression === undefined) {
    throw new DamagedContent(`layer ${layer.digest} has the media type ${JSON.stringify(layer.mediaType)}`);
  }
  return compression;
}

async function openBlob(source: ImageSource, layer: LayerDescriptor): Promise<AsyncIterable<Uint8Array>> {
  const chunks = await source.blob(layer);
  if (chunks !== undefined) return chunks;
  throw new DamagedContent(`layer ${layer.digest} is not there`, { where: source.description });
}

function checkFacts(facts: LayerFacts, layer: LayerDescriptor): LayerFacts {
  if (facts.diffId !== layer.diffId) {
    throw new DamagedContent(`layer ${layer.digest} unpacks to ${facts.diffId}, the config says ${layer.diffId}`);
  }
  if (facts.compressedBytes !== layer.size) {
    throw new DamagedContent(
      `blob ${layer.digest} has ${String(facts.compressedBytes)} bytes, its descriptor says ${String(layer.size)}`,
    );
  }
  return facts;
}

async function passOver(
  source: ImageSource,
  layer: LayerDescriptor,
  compression: Compression,
  known: KnownSearch | undefined,
  budget: LayerBudget,
): Promise<LayerFacts> {
  const keeper = createKeeper();
  const code = createCodeReader();
  const writer = createListingWriter(budget.list);
  const search = layer.base ? undefined : searchFiles();
  const knownSearch = known === undefined ? undefined : searchKnown(known);
  const searches = [search, knownSearch].filter((each) => each !== undefined);
  const walk = walkTar(recordEntries(writer, [keeper, code], searches));
  try {
    const decoded = await decodeBlob(layer, compression, await openBlob(source, layer), (chunk) => {
      budget.unpack(chunk.length);
      walk.push(chunk);
    });
    walk.end();
    return {
      ...decoded,
      entries: writer.count(),
      listing: writer.finish(),
      kept: keeper.kept,
      keptOverflow: keeper.overflow(),
      gpuCode: code.found,
      secrets: search?.finish(),
      known: knownSearch?.found(),
    };
  } catch (error) {
    if (!(error instanceof DamagedContent) || error.message.includes(layer.digest)) throw error;
    throw new DamagedContent(`layer ${layer.digest}: ${error.message}`, { where: source.description, cause: error });
  }
}
