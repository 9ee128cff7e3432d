import { createKeeper } from '../../src/image/body-keeper.ts';
import { createCodeReader } from '../../src/image/gpu-code.ts';
import { recordEntries } from '../../src/image/layer-entries.ts';
import { createListingWriter } from '../../src/image/layer-listing.ts';
import { mergeLayers } from '../../src/image/merge.ts';
import { describeFiles } from '../../src/image/merged-files.ts';
import { walkTar } from '../../src/image/tar-walk.ts';
import { measureWaste } from '../../src/image/waste.ts';
import type { AnyRule } from '../../src/check/rule.ts';
import type { ImageConfig } from '../../src/model/config.ts';
import type { AccountFacts, FileFacts } from '../../src/model/facts.ts';
import type { ImageRuntimeConfig } from '../../src/model/image.ts';
import type { Judgement } from '../../src/model/verdict.ts';
import { blankDescription, blankImage, blankRuntime, layerOf } from './blank.ts';
import { checkRule } from './judging.ts';
import { writeTar, type TarSpec } from './tar-writer.ts';

/** The files of an image made of these layers, bottom first; the first `base` of them count as the base image's. */
export function filesOf(layers: readonly (readonly TarSpec[])[], base = 0, keptEntries?: number): FileFacts {
  return readLayers(layers, base, keptEntries).files;
}

interface ImageSpec {
  /** Bottom first. */
  readonly layers: readonly (readonly TarSpec[])[];
  /** So many of them are the base image's. */
  readonly base?: number;
  readonly instructions?: readonly string[];
  readonly config?: Partial<ImageRuntimeConfig>;
  readonly accounts?: AccountFacts;
}

/** The static facts of an image made of these layers. */
export function factsOf({ layers, base = 0, instructions = [], config, accounts = {} }: ImageSpec) {
  const { files, waste, sizes } = readLayers(layers, base);
  const described = layers.map((_, index) =>
    layerOf(instructions[index] ?? `RUN step ${String(index + 1)}`, 1000, index < base),
  );
  const image = blankDescription({ layers: described, config: blankRuntime(config) });
  const measured = described.map((layer, index) => ({ ...layer, unpackedBytes: sizes[index] ?? 0, entries: 1 }));
  const unpackedBytes = sizes.reduce((sum, size) => sum + size, 0);
  return {
    files,
    waste,
    image,
    accounts,
    sizes: { downloadBytes: 1000 * layers.length, unpackedBytes, layers: measured },
  };
}

/** One rule over an image made of these layers. */
export function judgeFiles(
  rule: AnyRule,
  spec: ImageSpec,
  settings: unknown = {},
  image: ImageConfig = blankImage(),
): Judgement {
  return checkRule(rule, factsOf(spec), image, settings);
}

function readLayers(layers: readonly (readonly TarSpec[])[], base: number, keptEntries?: number) {
  const read = layers.map(readTar);
  const view = mergeLayers(read.map(({ listing }) => listing));
  const files = describeFiles(
    view.root,
    read,
    layers.map((_, index) => ({ base: index < base })),
    keptEntries,
  );
  return { files, waste: measureWaste(view), sizes: layers.map((entries) => writeTar(entries).length) };
}

function readTar(entries: readonly TarSpec[]) {
  const writer = createListingWriter();
  const keeper = createKeeper();
  const code = createCodeReader();
  const walk = walkTar(recordEntries(writer, [keeper, code]));
  walk.push(writeTar(entries));
  walk.end();
  return { listing: writer.finish(), entries: writer.count(), kept: keeper.kept, gpuCode: code.found };
}
