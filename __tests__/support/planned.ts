import type { ImageConfig } from '../../src/model/config.ts';
import { skipped } from '../../src/model/facts.ts';
import type { PlannedImage } from '../../src/model/plan.ts';
import { blankImage } from './blank.ts';

/** A planned image about whose files nothing is known; tests spread one change over it. */
export function plannedImage(
  name: string,
  config: Partial<ImageConfig> = {},
  change: Partial<PlannedImage> = {},
): PlannedImage {
  return {
    name,
    config: blankImage({ name, ...config }),
    reason: 'all images are built',
    tags: [],
    moving: [],
    lasting: [],
    tagNotes: [],
    cacheFrom: [],
    cacheTo: [],
    policyHash: 'policy',
    dockerfile: skipped('not read'),
    buildCheck: skipped('not asked'),
    context: skipped('not read'),
    feasibility: skipped('not asked'),
    requirements: skipped('not read'),
    packageIndex: skipped('not asked'),
    ...change,
  };
}
