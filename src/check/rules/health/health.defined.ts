import type { ImageHealthcheck } from '../../../model/image.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** The image has a HEALTHCHECK that an engine executes; that it means something is health.becomes-healthy's to say. */
export const healthDefined = defineRule({
  id: 'health.defined',
  title: 'The image has a HEALTHCHECK',
  severity: 'error',
  keys: ['healthy-within'],
  kinds: ['service'],
  needs: ['image'],
  instruction: 'HEALTHCHECK',
  settings: noSettings,
  check({ image }) {
    const problem = complainAbout(image.config.healthcheck);
    if (problem === undefined) return { status: 'passed', seen: image.config.healthcheck?.test[0] ?? '' };
    return {
      status: 'failed',
      findings: [
        {
          message: problem,
          allowed: 'HEALTHCHECK CMD …',
          remedy: 'Add a HEALTHCHECK that asks the service itself, and `http:` for platforms that ignore it.',
        },
      ],
    };
  },
});

function complainAbout(healthcheck: ImageHealthcheck | undefined): string | undefined {
  const [form = '', ...test] = healthcheck?.test ?? [];
  if (form === '') return 'the image has no HEALTHCHECK';
  if (form === 'NONE') return 'HEALTHCHECK NONE switches health off';
  if (form !== 'CMD' && form !== 'CMD-SHELL') return `no engine executes a HEALTHCHECK of the form "${form}"`;
  if ((test[0] ?? '').trim() === '') return 'the HEALTHCHECK names no command';
  return undefined;
}
