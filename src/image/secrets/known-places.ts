import type { ImageSource } from '../../model/effects.ts';
import type { ImageDescription } from '../../model/image.ts';
import type { KnownHit } from '../../model/known-values.ts';
import type { LayerFacts } from '../layer-facts.ts';
import { readManifest, readSmallBlob } from '../manifest.ts';
import { readablePath } from '../waste.ts';
import { readStatements } from './attestations.ts';
import type { KnownSearch } from './known-forms.ts';
import { findKnown } from './known-search.ts';

/** Every place of the image where a known value stands: layers, config with its history, manifest, attestations. */
export async function locateKnown(
  source: ImageSource,
  image: ImageDescription,
  layers: readonly LayerFacts[],
  search: KnownSearch | undefined,
): Promise<readonly KnownHit[]> {
  if (search === undefined) return [];
  const [config, manifest, statements] = await Promise.all([
    readSmallBlob(source, image.configDescriptor, 'config'),
    readManifest(source, image.manifest.digest),
    readStatements(source, image.attestations),
  ]);
  const whole = [
    { where: 'the image’s config and history', bytes: config },
    { where: 'the image’s manifest', bytes: manifest.bytes },
    ...statements.map((bytes) => ({ where: 'an attestation of the image (provenance)', bytes })),
  ];
  return [
    ...layers.flatMap(({ known = [] }, layer) =>
      known.map(({ name, path }): KnownHit => ({ name, where: readablePath(path), layer })),
    ),
    ...whole.flatMap(({ where, bytes }) => findKnown(search, Buffer.from(bytes)).map((name) => ({ name, where }))),
  ];
}
