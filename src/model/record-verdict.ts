import { EXIT, type ExitCode } from './fault.ts';
import type { ImageRecord, RunRecord } from './record.ts';
import { isBlocking } from './verdict.ts';

export type Verdict = 'passed' | 'blocked' | 'informational';

/** Whether an image is held back only by causes outside it, so that a retry is safe. */
function isEnvironmentOnly(image: ImageRecord): boolean {
  const blocking = image.outcomes.filter(isBlocking);
  return (
    blocking.length > 0 && blocking.every((outcome) => outcome.status === 'undecided' && outcome.environment === true)
  );
}

function hasFinding(image: ImageRecord): boolean {
  return image.outcomes.some((outcome) => outcome.status === 'failed' || outcome.status === 'undecided');
}

/** The verdict of a whole run: blocked when any image is, unless the config only asks for information. */
export function verdictOf(record: RunRecord): Verdict {
  const blocked = record.images.some((image) => image.blocked.length > 0);
  if (record.config.informational && (blocked || record.images.some(hasFinding))) return 'informational';
  return blocked || record.problems.length > 0 ? 'blocked' : 'passed';
}

/** Exit code of a run; never depends on which report formats were asked for. */
export function exitCodeFor(record: RunRecord): ExitCode {
  if (record.problems.some((problem) => problem.kind === 'fault')) return EXIT.fault;
  const blocked = record.images.filter((image) => image.blocked.length > 0);
  if (blocked.some((image) => image.status !== 'not-built' && !isEnvironmentOnly(image))) {
    return record.config.informational ? EXIT.passed : EXIT.policy;
  }
  if (record.problems.length > 0) return EXIT.environment;
  if (blocked.length === 0 || record.config.informational) return EXIT.passed;
  return blocked.every(isEnvironmentOnly) ? EXIT.environment : EXIT.policy;
}
