import type { JobRunCheck } from '../../../model/check-config.ts';
import type { ImageConfig } from '../../../model/config.ts';
import { formatDuration } from '../../../model/duration.ts';
import type { JobFacts, JobObservation } from '../../../model/facts.ts';
import type { Finding, Judgement } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { quoteLastOutput, quoteLine } from '../../run-words.ts';
import { noSettings } from '../../settings.ts';
import { failWith } from '../../findings.ts';

/** Each declared run of a job image ends in time, with the declared exit code and output. */
export const jobExit = defineRule({
  id: 'job.exit',
  title: 'Each declared run ends in time with the declared exit code and output',
  severity: 'error',
  keys: ['run'],
  kinds: ['job'],
  needs: ['jobs'],
  settings: noSettings,
  check({ jobs }, { image }): Judgement {
    if (image.run.length === 0) return { status: 'skipped', reason: 'no `run` is declared' };
    return failWith(
      image.run.flatMap((check, index) => judgeRun(check, index, jobs)),
      describeRuns(image, jobs),
    );
  },
});

function judgeRun(check: JobRunCheck, index: number, jobs: JobFacts): Finding[] {
  const seen = jobs.runs.find((run) => run.check === index);
  const problems = seen === undefined ? ['it was never run'] : listProblems(check, seen);
  if (problems.length === 0) return [];
  const output = seen === undefined ? '' : quoteLastOutput(`${seen.stdout}\n${seen.stderr}`.split('\n'));
  return [
    {
      message: `run ${String(index + 1)} (${nameCommand(check.command)}): ${problems.join('; ')}${output}`,
      ...(seen === undefined
        ? {}
        : { seen: `exit code ${String(seen.exitCode)} after ${formatDuration(seen.elapsed)}` }),
      allowed: `exit code ${String(check.exit)} within ${formatDuration(check.within)}`,
      place: check.place,
      remedy: 'Run the same command in the image by hand and make it do what is declared.',
    },
  ];
}

function listProblems(check: JobRunCheck, run: JobObservation): string[] {
  if (run.startError !== undefined) return [`it never started: ${run.startError}`];
  if (run.timedOut) return [`it did not end within ${formatDuration(check.within)}`];
  const problems: string[] = [];
  if (run.oomKilled) problems.push('it was killed for memory');
  if (run.exitCode !== check.exit) {
    problems.push(`it ended with exit code ${String(run.exitCode)} instead of ${String(check.exit)}`);
  }
  if (check.stdout !== undefined && run.stdout.search(check.stdout) < 0) {
    problems.push(`its output does not match ${String(check.stdout)}`);
  }
  if (check.stderr !== undefined && run.stderr.search(check.stderr) < 0) {
    problems.push(`its error output does not match ${String(check.stderr)}`);
  }
  return problems;
}

function nameCommand(command: readonly string[] | undefined): string {
  return command === undefined ? "the image's own command" : quoteLine(command.join(' '));
}

function describeRuns(image: ImageConfig, jobs: JobFacts): string {
  const slowest = Math.max(...jobs.runs.map((run) => run.elapsed));
  return `${String(image.run.length)} runs, slowest ${formatDuration(slowest)}`;
}
