import type { Effects } from '../model/effects.ts';
import type { PlannedImage } from '../model/plan.ts';
import { makeGroupDisplay } from './display-groups.ts';
import { makeLiveDisplay } from './display-live.ts';
import { makePlainDisplay } from './display-plain.ts';
import type { Mask } from './text.ts';
import { makeWording, type Display } from './wording.ts';

/** Live steps on a terminal, groups per image in GitHub Actions, plain lines elsewhere. */
export function makeDisplay(effects: Effects, planned: readonly PlannedImage[], mask: Mask): Display {
  const wording = makeWording(effects.output, planned, mask);
  if (effects.env['GITHUB_ACTIONS'] === 'true') return makeGroupDisplay(wording);
  return effects.output.interactive ? makeLiveDisplay(wording, effects.clock) : makePlainDisplay(wording);
}
