import { z } from 'zod';
import { nameLayer, placeOfBudget } from '../../budget.ts';
import { defineRule } from '../../rule.ts';

const settings = z.strictObject({
  allow: z.int().min(1).default(120).describe('Layers that are tolerated where the image declares no `size.layers`.'),
});

/** How many layers the manifest lists. The classic overlay2 driver refuses more than 128 with its own; the containerd store has no such limit. */
export const sizeLayersMax = defineRule({
  id: 'size.layers-max',
  title: 'The image has few enough layers for every engine',
  severity: 'warning',
  keys: ['size.layers'],
  kinds: ['service', 'job'],
  needs: ['sizes'],
  settings,
  check({ sizes: { layers } }, { image, settings: { allow } }) {
    const allowed = image.size.layers ?? allow;
    const seen = String(layers.length);
    if (layers.length <= allowed) return { status: 'passed', seen: `${seen} of ${String(allowed)}` };
    const smallest = layers
      .map((layer, index) => ({ layer, index }))
      .filter(({ layer }) => !layer.base)
      .toSorted((one, other) => one.layer.unpackedBytes - other.layer.unpackedBytes)
      .slice(0, 3)
      .map(({ layer, index }) => nameLayer(layer, index));
    const least = smallest.length === 0 ? '' : `; smallest: ${smallest.join(', ')}`;
    return {
      status: 'failed',
      findings: [
        {
          message: `${seen} layers, ${String(allowed)} allowed${least}`,
          seen,
          allowed: String(allowed),
          ...placeOfBudget(image, 'size.layers'),
          remedy: 'Join RUN lines that belong together, and COPY folders instead of single files.',
        },
      ],
    };
  },
});
