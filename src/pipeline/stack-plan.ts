import { RULES } from '../check/rules/index.ts';
import { Fault } from '../model/fault.ts';
import type { JobsRecord } from '../model/jobs-record.ts';
import type { Plan, PlannedStack } from '../model/plan.ts';
import { findSplit, planJobs, type Untried } from '../plan/jobs.ts';
import type { Run } from './run.ts';
import { hasOwnImages, judgeStarted, notStarted } from './stack-stage.ts';
import type { StackState } from './stack-state.ts';

/** The jobs of a run, and the stack as far as the plan can say what becomes of it. */
export interface PlannedJobs {
  readonly jobs: JobsRecord;
  readonly stack: StackState | undefined;
  readonly notes: readonly string[];
}

/**
 * Which jobs there are, and which of them starts the stack; none is never silent. Throws a Fault where verify.yml, whose jobs hand no image
 * on, would build the stack's images in several jobs.
 */
export function planJobsOf(run: Run, plan: Plan, stack: StackState | undefined, untried: Untried = []): PlannedJobs {
  const asked = planJobs(plan, untried);
  // verify.yml has no such job: its build job starts the stack.
  const jobs = run.request.workflow === 'verify' ? { ...asked, stack: undefined } : asked;
  const why = plan.stack === undefined ? undefined : whyNot(run, plan, plan.stack, jobs);
  if (why === undefined || stack === undefined) return { jobs, stack, notes: [] };
  const note = `the stack is not started: ${why}`;
  if (plan.images.length === 0) return { jobs, stack, notes: [note] };
  return {
    jobs: { ...jobs, stack: undefined },
    stack: judgeStarted(run, stack, RULES, notStarted(note)),
    notes: [note],
  };
}

function whyNot({ request }: Run, { event, images }: Plan, stack: PlannedStack, jobs: JobsRecord): string | undefined {
  if (!hasOwnImages(stack.compose)) return undefined;
  if (stack.images.length === 0) return 'none of its images is built';
  const planned = new Set(images.map(({ name }) => name));
  const services = stack.compose.state === 'known' ? stack.compose.value.services : [];
  const lacking = services.filter((one) => one.images.length > 0 && !one.images.some((name) => planned.has(name)));
  if (lacking.length > 0)
    return `${lacking.map(({ images: [name = ''] }) => name).join(', ')} is part of it and not built in this run`;
  const split = findSplit(jobs, stack);
  if (split === undefined || (request.workflow !== 'verify' && !event.fork)) return undefined;
  if (request.workflow === 'verify')
    throw new Fault(`the images of the stack are built by several jobs: ${split}`, {
      remedy:
        'Give them one shard:, or use images.yml, where a job of its own starts the stack with what is in staging.',
    });
  return `its images are built by several jobs (${split}), and a fork’s run has no staging where one could take them all from`;
}
