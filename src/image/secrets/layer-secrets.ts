import type { ImageDescription } from '../../model/image.ts';
import type { SecretFacts, SecretHit } from '../../model/secrets.ts';
import type { LayerFacts } from '../layer-facts.ts';
import type { MergedView } from '../merge.ts';
import { readablePath } from '../waste.ts';

/** What the passes over the layers found, with the layer that hides each file from people but not from those who pull. */
export function collectSecrets(image: ImageDescription, facts: readonly LayerFacts[], view: MergedView): SecretFacts {
  const own = image.layers.flatMap(({ base }, layer) => {
    const secrets = base ? undefined : facts[layer]?.secrets;
    return secrets === undefined ? [] : [{ layer, ...secrets }];
  });
  const hidden = own.some(({ hits }) => hits.length > 0) ? indexHidden(view) : new Map<string, number>();
  return {
    hits: own.flatMap(({ layer, hits }) =>
      hits.map((hit): SecretHit => {
        const hiddenBy = hidden.get(`${String(layer)} ${hit.path.split('!')[0] ?? ''}`);
        return { ...hit, path: readablePath(hit.path), layer, ...(hiddenBy === undefined ? {} : { hiddenBy }) };
      }),
    ),
    cut: own.filter(({ cut }) => cut).map(({ layer }) => layer),
    searchedLayers: own.length,
    baseLayers: image.layers.filter(({ base }) => base).length,
  };
}

function indexHidden(view: MergedView): Map<string, number> {
  return new Map(view.hidden.map(({ body, path, hiddenBy }) => [`${String(body.layer)} /${path}`, hiddenBy]));
}
