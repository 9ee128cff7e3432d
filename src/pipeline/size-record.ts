import { placeLayers } from '../check/layer-places.ts';
import { type FactTable, mapFact, type SizeFacts } from '../model/facts.ts';
import type { ImageRecord } from '../model/record.ts';

type LayerRecord = NonNullable<ImageRecord['sizes']>['layers'][number];

/** What the record keeps of an image's bytes: sizes, layers with their lines, and the paths that weigh most. */
export function sizeRecord(facts: FactTable, target: string | undefined): Pick<ImageRecord, 'sizes' | 'paths'> {
  const sizes = mapFact(facts.sizes, (value) => ({
    download: value.downloadBytes,
    unpacked: value.unpackedBytes,
    wasted: mapFact(facts.waste, (waste) => waste.wastedBytes),
    layers: describeLayers(value, facts, target),
  }));
  return { sizes, paths: mapFact(facts.weight, ({ paths }) => paths.map((path) => ({ ...path }))) };
}

function describeLayers({ layers }: SizeFacts, facts: FactTable, target: string | undefined): LayerRecord[] {
  const places = mapFact(facts.dockerfile, (dockerfile) => placeLayers(layers, dockerfile, target)) ?? [];
  const hidden = mapFact(facts.weight, (weight) => weight.hidden) ?? [];
  return layers.map((layer, index) => ({
    digest: layer.digest,
    diffId: layer.diffId,
    compressed: layer.size,
    unpacked: layer.unpackedBytes,
    base: layer.base,
    instruction: layer.instruction,
    place: places[index],
    hidden: hidden[index],
  }));
}
