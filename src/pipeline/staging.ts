import type { Config } from '../model/config.ts';
import { Fault } from '../model/fault.ts';
import type { Plan } from '../model/plan.ts';
import type { ProblemRecord } from '../model/record.ts';
import type { Target } from '../model/target.ts';
import type { ImageState } from './image-state.ts';
import { publishAll, toCandidate } from './publish-stage.ts';
import type { Run, RunNotes } from './run.ts';
import { workflowRunOf } from './workflow-run.ts';

/** Where candidates wait. Throws a Fault where the config has no such place. */
export function stagingOf(config: Config): Target {
  if (config.staging !== undefined) return { type: 'registry', location: config.staging };
  throw new Fault('there is no staging repository for candidates', {
    ...(config.file === undefined ? {} : { where: config.file }),
    remedy: 'Write staging: HOST/PATH beside registry:, or use slipway ship, which needs none.',
  });
}

/** The tag a candidate waits under; only the build identity writes it. */
export function stagingTag(run: string, image: string): string {
  return `run-${run}-${image}`.slice(0, 128);
}

/** Puts what was cleared into staging, with what proves it attached; the rest stays where it is and the record says why. */
export async function stageCandidates(
  run: Run,
  plan: Plan,
  states: readonly ImageState[],
  notes: RunNotes,
): Promise<{ images: ImageState[]; problems: ProblemRecord[] }> {
  const target = stagingOf(run.config);
  const id = workflowRunOf(run.effects) ?? run.effects.runId;
  const candidates = states.map((state) => {
    const candidate = toCandidate(run, plan, state, notes);
    // What a GPU says of it is said of the candidate, later.
    return candidate && { ...candidate, gpu: undefined, tags: [stagingTag(id, candidate.name)], lasting: [] };
  });
  const attempts = await publishAll({ ...run, target }, candidates);
  return {
    images: states.map((state, index) => {
      const staged = attempts[index]?.published;
      return staged === undefined ? state : { ...state, staged };
    }),
    problems: attempts.flatMap((attempt) => attempt?.problem ?? []).map(toStagingProblem),
  };
}

function toStagingProblem(problem: ProblemRecord): ProblemRecord {
  return { ...problem, message: problem.message.replace(' was not published: ', ' was not put into staging: ') };
}

/**
 * A run that publishes nothing leaves its candidates in staging where there is one and its identity may write there:
 * what keeps them away is a note and no problem.
 */
export async function stageWherePossible(
  run: Run,
  plan: Plan,
  states: readonly ImageState[],
  notes: RunNotes,
): Promise<{ images: ImageState[]; lacking: readonly string[] }> {
  const inActions = run.effects.env['GITHUB_ACTIONS'] === 'true';
  if (run.config.staging === undefined || plan.event.fork || !inActions) return { images: [...states], lacking: [] };
  const { images, problems } = await stageCandidates(run, plan, states, notes);
  return { images, lacking: problems.map(({ message }) => message) };
}
