import { EXIT, type ExitCode } from './fault.ts';
import type { ImageRecord, JudgedRecord, RunRecord } from './record.ts';
import { withStackOutcomes } from './stack-judgement.ts';
import { isBlocking } from './verdict.ts';

export type Verdict = 'passed' | 'blocked' | 'informational';

/** Whether an image or the stack is held back only by causes outside it, so that a retry is safe. */
function isEnvironmentOnly(judged: Pick<ImageRecord, 'name' | 'outcomes'>, record: RunRecord): boolean {
  const blocking = withStackOutcomes(judged, record).filter(isBlocking);
  return (
    blocking.length > 0 && blocking.every((outcome) => outcome.status === 'undecided' && outcome.environment === true)
  );
}

function hasFinding({ outcomes }: Pick<ImageRecord, 'outcomes'>): boolean {
  return outcomes.some((outcome) => outcome.status === 'failed' || outcome.status === 'undecided');
}

/** Everything that has outcomes: the images, then the stack where there is one. */
export function judgedOf({ images, stack }: RunRecord): readonly JudgedRecord[] {
  return stack === undefined ? images : [...images, stack];
}

/** The verdict of a whole run: blocked when any image is, unless the config only asks for information. */
export function verdictOf(record: RunRecord): Verdict {
  const judged = judgedOf(record);
  const blocked = judged.some((each) => each.blocked.length > 0);
  if (record.config.informational && (blocked || judged.some(hasFinding))) return 'informational';
  return blocked || record.problems.length > 0 ? 'blocked' : 'passed';
}

/** Exit code of a run; never depends on which report formats were asked for. */
export function exitCodeFor(record: RunRecord): ExitCode {
  if (record.problems.some((problem) => problem.kind === 'fault')) return EXIT.fault;
  const blocked = record.images.filter((image) => image.blocked.length > 0);
  const { stack } = record;
  const stackBlocked = stack !== undefined && stack.blocked.length > 0;
  const wrong = blocked.some((image) => image.status !== 'not-built' && !isEnvironmentOnly(image, record));
  if (wrong || (stackBlocked && !isEnvironmentOnly(stack, record))) {
    return record.config.informational ? EXIT.passed : EXIT.policy;
  }
  if (record.problems.length > 0) return EXIT.environment;
  if ((blocked.length === 0 && !stackBlocked) || record.config.informational) return EXIT.passed;
  return blocked.every((image) => isEnvironmentOnly(image, record)) ? EXIT.environment : EXIT.policy;
}
