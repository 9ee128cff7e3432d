import type { ImageConfig } from '../../model/config.ts';
import type { Effects } from '../../model/effects.ts';
import type { ImageDescription } from '../../model/image.ts';

/** The service image that further starts are made of. */
export interface Subject {
  readonly effects: Effects;
  readonly image: ImageConfig;
  readonly description: ImageDescription;
  readonly runnable: string;
}
