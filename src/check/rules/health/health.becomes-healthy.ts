import { formatDuration } from '../../../model/duration.ts';
import type { ServiceFacts } from '../../../model/facts.ts';
import { defineRule } from '../../rule.ts';
import { explainEnd, quoteLastOutput, quoteLastProbe } from '../../run-words.ts';
import { noSettings } from '../../settings.ts';

/** The engine itself calls the container healthy, by the image's own HEALTHCHECK and cadence. */
export const healthBecomesHealthy = defineRule({
  id: 'health.becomes-healthy',
  title: 'The container becomes healthy in time by its own HEALTHCHECK',
  severity: 'error',
  always: true,
  keys: ['healthy-within'],
  kinds: ['service'],
  needs: ['image', 'service'],
  instruction: 'HEALTHCHECK',
  settings: noSettings,
  check({ image: description, service }, { image }) {
    const kind = description.config.healthcheck?.test[0] ?? '';
    if (kind === '' || kind === 'NONE') return { status: 'skipped', reason: 'the image has no HEALTHCHECK' };
    const allowed = formatDuration(image.healthyWithin);
    const after = service.health.healthyAfter;
    const problem = explainFailure(service, image.healthyWithin);
    if (problem === undefined) {
      return { status: 'passed', seen: `healthy after ${formatDuration(after ?? 0)}` };
    }
    const seen = after === undefined ? service.health.status : formatDuration(after);
    const finding = { message: problem, seen, allowed: `healthy within ${allowed}`, remedy: adviseOn(service) };
    return { status: 'failed', findings: [finding] };
  },
});

function explainFailure(service: ServiceFacts, within: number): string | undefined {
  const { health } = service;
  const ended = explainEnd(service);
  if (ended !== undefined) return ended;
  if (health.healthyAfter !== undefined) {
    if (health.healthyAfter <= within) return undefined;
    return `healthy only after ${formatDuration(health.healthyAfter)}, ${formatDuration(within)} allowed`;
  }
  const because = health.stoppedBecause ?? `it stayed ${health.status}`;
  return `never healthy: ${because}${quoteLastProbe(health.log)}${quoteLastOutput(service.log)}`;
}

function adviseOn({ health, exitedEarly, startError }: ServiceFacts): string {
  if (startError !== undefined || exitedEarly !== undefined) {
    return 'Run the image by hand with the same environment and make its process stay up.';
  }
  if (health.missingTool !== undefined) {
    return `Install ${health.missingTool}, or write the HEALTHCHECK with a program that is in the image.`;
  }
  if (health.firstPassAfter !== undefined) {
    const ready = formatDuration(health.firstPassAfter);
    return `The test itself passed after ${ready}: add --start-interval and a --start-period, or lower --interval.`;
  }
  return 'Make the HEALTHCHECK pass: run its test by hand in the container and read what it says.';
}
