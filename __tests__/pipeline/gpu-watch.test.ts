import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Clock } from '../../src/model/effects.ts';
import { Fault } from '../../src/model/fault.ts';
import { isDenied } from '../../src/model/github.ts';
import { type AwaitedJob, type JobFate, watchJobs, type WatchPlace } from '../../src/pipeline/gpu-watch.ts';
import { makeScriptedClock } from '../support/clock.ts';
import { githubAt } from '../support/github/client.ts';
import { type GitHubDouble, startGitHub } from '../support/github/double.ts';

const MINUTE = 60_000;
const RUN = '77';
const LABELS = ['self-hosted', 'linux', 'gpu'];

let double: GitHubDouble;
beforeAll(async () => {
  double = await startGitHub();
});
afterAll(async () => {
  await double.stop();
});
beforeEach(() => {
  double.state.failures.length = 0;
  double.state.log.length = 0;
});

interface Seen {
  readonly name: string;
  readonly status: string;
  readonly labels?: readonly string[];
  readonly runner?: string;
  readonly conclusion?: string;
}

/** Jobs of the run from a minute on, in GitHub's words. */
type Script = Readonly<Record<number, readonly Seen[]>>;

function show(jobs: readonly Seen[]): void {
  double.state.jobs.set(
    RUN,
    jobs.map(({ name, status, labels = LABELS, runner = '', conclusion = null }, index) => ({
      ...{ id: index + 1, run_id: 77, name, status, conclusion, labels, runner_name: runner },
      ...{ head_sha: 'a'.repeat(40), run_url: 'https://example.test/77', node_id: 'x', url: 'https://example.test/1' },
      ...{ html_url: null, started_at: '2026-01-02T03:04:05Z', created_at: '2026-01-02T03:04:05Z', completed_at: null },
      ...{ check_run_url: 'https://example.test', runner_id: null, runner_group_id: null, runner_group_name: null },
      ...{ workflow_name: 'images', head_branch: 'main' },
    })),
  );
}

/** Time in which the jobs of the run change as the script says. */
function scriptedClock(script: Script): Clock {
  const clock = makeScriptedClock();
  const apply = () => {
    const minutes = Object.keys(script).map(Number);
    const now = minutes.filter((minute) => minute * MINUTE <= clock.monotonic()).at(-1);
    show(now === undefined ? [] : (script[now] ?? []));
  };
  apply();
  return {
    ...clock,
    sleep: async (milliseconds, signal) => {
      await clock.sleep(milliseconds, signal);
      apply();
    },
  };
}

const API: AwaitedJob = { image: 'api', queueWithin: 20 * MINUTE };
const said: string[] = [];

async function watch(
  script: Script,
  awaited: readonly AwaitedJob[] = [API],
  place: Partial<WatchPlace> = {},
): Promise<readonly JobFate[]> {
  said.length = 0;
  const output = {
    ...{ stdout: () => undefined, problem: () => undefined, interactive: false, color: false, columns: 80 },
    stderr: (text: string) => said.push(text),
  };
  const github = githubAt(double, double.token({ actions: 'read' }));
  const effects = { clock: scriptedClock(script), signal: new AbortController().signal, output };
  return watchJobs(effects, { github, run: RUN, job: 'gpu', ...place }, awaited);
}

const BUILD: Seen = {
  name: 'build (images)',
  status: 'completed',
  conclusion: 'success',
  labels: ['ubuntu-24.04'],
  runner: 'hosted',
};

test('jobs are waited for until each has ended, whatever it ended with', async () => {
  const fates = await watch(
    {
      0: [BUILD, { name: 'gpu (api)', status: 'queued' }, { name: 'gpu (web)', status: 'queued' }],
      3: [BUILD, { name: 'gpu (api)', status: 'in_progress', runner: 'one' }, { name: 'gpu (web)', status: 'queued' }],
      9: [
        { name: 'gpu (api)', status: 'completed', runner: 'one', conclusion: 'failure' },
        { name: 'gpu (web)', status: 'in_progress', runner: 'one' },
      ],
      90: [
        { name: 'gpu (api)', status: 'completed', runner: 'one', conclusion: 'failure' },
        { name: 'gpu (web)', status: 'completed', runner: 'one', conclusion: 'success' },
      ],
    },
    [API, { image: 'web', queueWithin: 20 * MINUTE }],
  );
  expect(fates).toMatchObject([
    { image: 'api', state: 'ended', job: { conclusion: 'failure', runner: 'one' } },
    { image: 'web', state: 'ended', job: { conclusion: 'success' } },
  ]);
  expect(said).toEqual([
    'gpu (api): queued after 0 ms\n',
    'gpu (web): queued after 0 ms\n',
    'gpu (api): in_progress on one after 3 m 0 s\n',
    'gpu (api): completed on one after 9 m 0 s\n',
    'gpu (web): in_progress on one after 9 m 0 s\n',
    'gpu (web): completed on one after 1 h 30 m\n',
  ]);
  // A token may ask 1,000 questions an hour.
  expect(double.state.log.length).toBeLessThan(300);
});

const NONE = 'no runner with the labels self-hosted, linux, gpu took the job in 20 m 0 s';

test.each<[string, readonly Seen[], string]>([
  [
    'nothing is known of such runners',
    [BUILD, { name: 'gpu (api)', status: 'queued' }],
    `${NONE}: none is registered for this repository, all are busy elsewhere, or theirs is a version that GitHub gives no jobs to (older than 2.329, or more than 30 days behind)`,
  ],
  [
    'one is busy with another job of the run',
    [
      { name: 'gpu (api)', status: 'queued' },
      { name: 'gpu (web)', status: 'in_progress', runner: 'l4-1', labels: ['gpu', 'Linux', 'self-hosted'] },
    ],
    `${NONE}: l4-1 is busy with gpu (web)`,
  ],
  [
    'one was there and did not come back',
    [
      { name: 'gpu (api)', status: 'queued' },
      { name: 'gpu (web)', status: 'completed', conclusion: 'success', runner: 'l4-1' },
    ],
    `${NONE}: l4-1 ran gpu (web) and took nothing after it`,
  ],
  [
    'a label is misspelt',
    [{ name: 'gpu (api)', status: 'queued', labels: ['selfhosted', 'linux', 'gpu'] }],
    'no runner with the labels selfhosted, linux, gpu took the job in 20 m 0 s: the label selfhosted looks like a misspelt self-hosted',
  ],
  [
    'a label is nearly that of a runner of this run',
    [
      { name: 'gpu (api)', status: 'queued', labels: ['gpu-linux-1'] },
      { name: 'test', status: 'in_progress', runner: 'x', labels: ['gpu-linux-l4'] },
    ],
    'no runner with the label gpu-linux-1 took the job in 20 m 0 s: the label gpu-linux-1 looks like a misspelt gpu-linux-l4',
  ],
  [
    'its environment waits for an approval',
    [{ name: 'gpu (api)', status: 'waiting' }],
    'nobody approved the job for its environment in 20 m 0 s',
  ],
  [
    'GitHub holds it back',
    [{ name: 'gpu (api)', status: 'pending' }],
    'GitHub held the job back (pending) in 20 m 0 s: a limit of jobs or a concurrency group',
  ],
])('a job that nobody took is told with its likely cause: %s', async (_, jobs, message) => {
  const [fate] = await watch({ 0: jobs });
  expect(fate).toMatchObject({ image: 'api', state: 'not-taken', diagnosis: { message } });
});

test('a job that is not there is not waited for', async () => {
  expect(await watch({ 0: [BUILD] })).toEqual([{ image: 'api', state: 'absent' }]);
  expect(await watch({ 0: [BUILD, { name: 'gpu', status: 'completed', conclusion: 'skipped' }] })).toEqual([
    { image: 'api', state: 'absent' },
  ]);
});

test('a job that does not end is left before the watching job itself is ended', async () => {
  const [fate] = await watch({ 0: [{ name: 'gpu (api)', status: 'in_progress', runner: 'one' }] });
  expect(fate).toMatchObject({ state: 'unfinished', job: { runner: 'one' } });
});

test('names of calling jobs stand in front, and of two calls each watches its own', async () => {
  const self = (caller: string, runner: string): Seen => ({
    ...{ name: `${caller} / gpu-watch`, status: 'in_progress', runner },
  });
  const jobs: readonly Seen[] = [
    { name: 'a / gpu (api)', status: 'completed', conclusion: 'success', runner: 'one' },
    { name: 'b / gpu (api)', status: 'completed', conclusion: 'failure', runner: 'two' },
    self('a', 'hosted-1'),
    self('b', 'hosted-2'),
  ];
  const of = async (runner: string) => watch({ 0: jobs }, [API], { self: { runner, job: 'gpu-watch' } });
  expect(await of('hosted-1')).toMatchObject([{ job: { runner: 'one' } }]);
  expect(await of('hosted-2')).toMatchObject([{ job: { runner: 'two' } }]);
  // An image is not taken for another whose name ends with the same word.
  expect(await watch({ 0: [{ name: 'gpu (my-api)', status: 'queued' }] })).toMatchObject([{ state: 'absent' }]);
});

test('GitHub may be out of reach for some minutes', async () => {
  double.state.failures.push({ match: /jobs/, status: 503, times: 30 });
  const fates = await watch({ 0: [{ name: 'gpu (api)', status: 'completed', conclusion: 'success', runner: 'one' }] });
  expect(fates).toMatchObject([{ state: 'ended' }]);
});

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (error instanceof Fault) return error;
  throw new Error('no Fault');
}

test('but not for ever, and a refusal ends the watch at once', async () => {
  const github = githubAt(double, double.token({ contents: 'read' }));
  expect(isDenied(await faultOf(watch({ 0: [] }, [API], { github })))).toBe(true);
  double.state.failures.push({ match: /jobs/, status: 503, times: 10_000 });
  expect((await faultOf(watch({ 0: [] }))).kind).toBe('environment');
});
