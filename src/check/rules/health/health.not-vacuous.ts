import { defineRule } from '../../rule.ts';
import { quoteLastProbe } from '../../run-words.ts';
import { noSettings } from '../../settings.ts';

/** The health test fails where the service does not run: a test that cannot fail says nothing. */
export const healthNotVacuous = defineRule({
  id: 'health.not-vacuous',
  title: 'The health test fails when the service does not run',
  severity: 'warning',
  keys: [],
  kinds: ['service'],
  needs: ['image', 'control'],
  instruction: 'HEALTHCHECK',
  settings: noSettings,
  check({ image, control }) {
    const [, ...words] = image.config.healthcheck?.test ?? [];
    const where = control.idle === undefined ? 'alone in a container' : `in a container that only runs ${control.idle}`;
    const { exitCode } = control.probe;
    if (exitCode !== 0) {
      const ended = exitCode < 0 ? 'did not end' : `ended with ${String(exitCode)}`;
      return { status: 'passed', seen: `${where} the test ${ended}` };
    }
    const finding = {
      message: `the HEALTHCHECK passes without the service: ${where} the test succeeds too${quoteLastProbe([control.probe])}`,
      seen: words.join(' '),
      allowed: 'a test that fails when the service is not there',
      remedy: 'Ask the service itself, such as its own health path, and let every failure through (no `|| true`).',
    };
    return { status: 'failed', findings: [finding] };
  },
});
