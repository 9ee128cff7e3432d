import { defineRule } from '../../rule.ts';
import { quoteLastProbe } from '../../run-words.ts';
import { noSettings } from '../../settings.ts';

/** The HEALTHCHECK calls a program that the image has: curl in a slim image is the commonest broken one. */
export const healthToolMissing = defineRule({
  id: 'health.tool-missing',
  title: 'The program that the HEALTHCHECK calls is in the image',
  severity: 'error',
  keys: ['healthy-within'],
  kinds: ['service'],
  needs: ['image', 'service'],
  instruction: 'HEALTHCHECK',
  settings: noSettings,
  check({ image, service }) {
    const [kind = '', ...words] = image.config.healthcheck?.test ?? [];
    if (kind === '' || kind === 'NONE') return { status: 'skipped', reason: 'the image has no HEALTHCHECK' };
    const { missingTool, log } = service.health;
    if (missingTool === undefined) {
      if (service.startError === undefined) return { status: 'passed' };
      return { status: 'undecided', reason: 'the container never started, so its HEALTHCHECK could not be tried' };
    }
    const finding = {
      message: `${missingTool} not found: the HEALTHCHECK calls a program that the image does not have${quoteLastProbe(log)}`,
      seen: words.join(' '),
      allowed: 'a program of the image',
      remedy: `Install ${missingTool}, or ask with what is there, such as the application's own language.`,
    };
    return { status: 'failed', findings: [finding] };
  },
});
