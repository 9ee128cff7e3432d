import { parseArgs } from 'node:util';
import { startGitHub } from './double.ts';
import { EVERYTHING, FORK } from './state.ts';

/**
 * `node __tests__/support/github/serve.ts [--port N] [--repository OWNER/NAME] [--run ID] [--fork]`: GitHub on this machine until SIGTERM.
 * Prints one JSON line: what the environment of a job needs (`env`) and its token. `GET /_double/state` says what was written;
 * `POST /_double/seed` adds pulls, comments, runs, jobs; `POST /_double/token {permissions}` and `/_double/runtime {run, job}` give tokens.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    repository: { type: 'string', default: 'team/project' },
    run: { type: 'string', default: '1' },
    fork: { type: 'boolean', default: false },
  },
});
const double = await startGitHub(values.repository, Number(values.port));
const env = double.jobEnv(values.run);
const token = double.token(values.fork ? FORK : EVERYTHING);
process.stdout.write(`${JSON.stringify({ origin: double.origin, env, token })}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void double.stop());
