import { z } from 'zod';
import { defineRule } from '../../rule.ts';
import { durationSetting } from '../../settings.ts';
import { lastLine } from '../../last-line.ts';

const settings = z.strictObject({
  arguments: z.array(z.string()).default(['--help']).describe('What is given to the entrypoint.'),
  within: durationSetting.default(30_000).describe('How long it may take.'),
});

/** An entrypoint that hands its arguments on answers `--help`; off by default, because a program that ignores them would do its real work. */
export const jobEntrypointArgs = defineRule({
  id: 'job.entrypoint-args',
  title: 'The entrypoint takes arguments',
  severity: 'off',
  keys: [],
  kinds: ['job'],
  needs: ['arguments-run'],
  settings,
  check(facts, { settings: { arguments: words } }) {
    const run = facts['arguments-run'];
    if (run.exitCode === 0 && !run.timedOut && run.startError === undefined) return { status: 'passed' };
    const how =
      run.startError ??
      (run.timedOut ? 'did not end in time' : `ended with exit code ${String(run.exitCode)}: ${lastLine(run)}`);
    return {
      status: 'failed',
      findings: [
        {
          message: `the entrypoint with ${words.join(' ')} ${run.startError === undefined ? '' : 'did not start: '}${how}`,
          remedy: 'Use the exec form of ENTRYPOINT (a JSON list), and read the arguments in the program.',
        },
      ],
    };
  },
});
