import { formatDuration } from '../../../model/duration.ts';
import type { StackFacts, StackServiceFacts } from '../../../model/facts.ts';
import type { Finding } from '../../../model/verdict.ts';
import { failWith } from '../../findings.ts';
import { defineRule } from '../../rule.ts';
import { quoteLastOutput, quoteTrouble } from '../../run-words.ts';
import { noSettings } from '../../settings.ts';

/** Every service becomes ready in time, and is ready still when the stack is taken down. */
export const stackReady = defineRule({
  id: 'stack.ready',
  title: 'Every service of the stack becomes ready in time and stays so',
  severity: 'error',
  keys: ['stack.files', 'stack.ready-within', 'stack.stays-up'],
  kinds: ['stack'],
  needs: ['stack'],
  settings: noSettings,
  check({ stack }) {
    const wrong = stack.services.filter(({ problem }) => problem !== undefined);
    // Who was still on its way says nothing of its own while there is somebody to blame.
    const causes = wrong.filter(({ pending }) => !pending);
    const named = causes.length > 0 ? causes : wrong;
    return failWith(
      named.map((service) => describe(service, wrong.length - named.length, stack)),
      describeReady(stack),
    );
  },
});

function describe(service: StackServiceFacts, others: number, { readyWithin }: StackFacts): Finding {
  const { name, problem = '', readyAfter, place, state, log, trouble } = service;
  const before = readyAfter === undefined ? '' : `it was ready after ${formatDuration(readyAfter)}, then `;
  const waiting =
    others === 0 ? '' : `; ${String(others)} more ${others === 1 ? 'service was' : 'services were'} not ready yet`;
  const said = trouble === undefined ? quoteLastOutput(log) : `; it printed ${quoteTrouble(trouble)}`;
  return {
    message: `${name}: ${before}${problem}${said}${waiting}`,
    seen: state,
    allowed: `ready within ${formatDuration(readyWithin)}, and from then on`,
    place,
    remedy: adviseOn(service),
  };
}

function adviseOn({ name, state, problem = '', trouble }: StackServiceFacts): string {
  if (problem.includes('killed for memory'))
    return 'Give it more memory under deploy.resources.limits, or make it need less.';
  if (problem.includes('no health check'))
    return 'Give it a healthcheck, or let the others wait for condition: service_started.';
  if (problem.includes('exit code 0') && trouble === undefined)
    return 'Make the process stay up; one that is meant to end says restart: "no", or another waits for it with condition: service_completed_successfully.';
  if ((state === 'unhealthy' || state === 'starting') && trouble === undefined && !problem.includes('started again'))
    return `Run the test of its healthcheck by hand: docker compose exec ${name} …`;
  if (state === 'waiting') return 'See why the service it depends on is not ready.';
  return `Correct what it complains of; its whole log is stack/${name}.log in the output folder.`;
}

function describeReady({ services, readyAfter = 0 }: StackFacts): string {
  return `${String(services.length)} services, ready after ${formatDuration(readyAfter)}`;
}
