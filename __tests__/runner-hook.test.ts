import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const HOOK = join(import.meta.dirname, '../script/runner');
const REPOSITORY = { id: 1, full_name: 'example/app', fork: false };
const FORK = { id: 2, full_name: 'stranger/app', fork: true };
const FORKED = 'the code comes from another repository (a fork)';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-hook-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Job {
  readonly name?: string;
  /** A text is written as it is. */
  readonly event?: unknown;
  readonly env?: Readonly<Record<string, string>>;
}

function start({ name = 'push', event = { repository: REPOSITORY }, env = {} }: Job, hook = HOOK) {
  const path = join(folder, 'event.json');
  writeFileSync(path, typeof event === 'string' ? event : JSON.stringify(event));
  const { status, stdout, stderr } = spawnSync('sh', [join(hook, 'job-started.sh')], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      GITHUB_EVENT_NAME: name,
      GITHUB_EVENT_PATH: path,
      GITHUB_REPOSITORY: 'example/app',
      ...env,
    },
  });
  return { status, said: /^::error title=Job refused::(?<reason>[^;\n]*)/.exec(stdout)?.groups?.['reason'], stderr };
}

function pull(head: unknown, more: object = {}) {
  return { repository: REPOSITORY, pull_request: { head: { repo: head, sha: 'a'.repeat(40) }, ...more } };
}

test.each<[string, Job]>([
  ['a push', {}],
  ['a pull request from the repository itself', { name: 'pull_request', event: pull(REPOSITORY) }],
  [
    'one of Dependabot, whose branch lies in the repository',
    { name: 'pull_request', event: pull(REPOSITORY, { user: { login: 'dependabot[bot]' } }) },
  ],
  // A repository that is itself a fork has pull requests of its own.
  [
    'a pull request within a fork',
    {
      name: 'pull_request',
      event: { ...pull({ ...REPOSITORY, fork: true }), repository: { ...REPOSITORY, fork: true } },
    },
  ],
  ['another spelling of the name', { event: { repository: { ...REPOSITORY, full_name: 'Example/App' } } }],
  ['a queue of merges', { name: 'merge_group' }],
  ['a run by hand', { name: 'workflow_dispatch' }],
  ['a schedule', { name: 'schedule' }],
  [
    'an event the owner of the runner allows',
    { name: 'repository_dispatch', env: { SLIPWAY_RUNNER_EVENTS: 'deployment, repository_dispatch' } },
  ],
])('%s may run', (_, job) => {
  expect(start(job)).toEqual({ status: 0, said: undefined, stderr: '' });
});

const ASKED = { SLIPWAY_RUNNER_EVENTS: 'pull_request_target workflow_run' };
const HEADLESS = 'the event does not say which repository the code comes from';

test.each<[string, Job, string]>([
  ['a pull request from a fork', { name: 'pull_request', event: pull(FORK) }, FORKED],
  ['one from a fork of the same name', { name: 'pull_request', event: pull({ ...REPOSITORY, id: 2 }) }, FORKED],
  ['one whose fork is gone', { name: 'pull_request', event: pull(null) }, HEADLESS],
  ['one without a head', { name: 'pull_request', event: { repository: REPOSITORY } }, HEADLESS],
  ['one whose head has no id', { name: 'pull_request', event: pull({ full_name: 'example/app' }) }, FORKED],
  [
    'pull_request_target',
    { name: 'pull_request_target', event: pull(REPOSITORY) },
    'this runner takes no jobs for the event pull_request_target',
  ],
  ['pull_request_target from a fork, allowed', { name: 'pull_request_target', event: pull(FORK), env: ASKED }, FORKED],
  [
    'a run after a fork’s, allowed',
    { name: 'workflow_run', event: { repository: REPOSITORY, workflow_run: { head_repository: FORK } }, env: ASKED },
    FORKED,
  ],
  ['a comment of anybody', { name: 'issue_comment' }, 'this runner takes no jobs for the event issue_comment'],
  ['an event of another repository', { event: { repository: FORK } }, 'the event is not one of this repository'],
  ['an event without a repository', { event: {} }, 'the event is not one of this repository'],
  ['no event name', { name: '' }, 'the job does not say which event it runs for'],
  ['a name that is none', { name: '::debug::x' }, 'the job does not say which event it runs for'],
  ['a name every object has', { name: 'constructor' }, 'this runner takes no jobs for the event constructor'],
  ['no repository', { env: { GITHUB_REPOSITORY: '' } }, 'the job does not say which repository it runs for'],
  ['no event', { env: { GITHUB_EVENT_PATH: '' } }, 'the event of the job cannot be read'],
  [
    'an event that is not there',
    { env: { GITHUB_EVENT_PATH: '/nowhere/event.json' } },
    'the event of the job cannot be read',
  ],
  ...['', '{', 'null', '[]', '"push"', '{"repository":'].map((event): [string, Job, string] => [
    `the event ${JSON.stringify(event)}`,
    { event },
    'the event of the job cannot be read',
  ]),
])('%s is refused', (_, job, reason) => {
  expect(start(job)).toEqual({ status: 1, said: reason, stderr: '' });
});

test('what the environment says to Node.js is not heard', () => {
  const event = pull(FORK);
  const env = { NODE_OPTIONS: '--import=data:text/javascript,process.exit(0)' };
  expect(start({ name: 'pull_request', event, env }).status).toBe(1);
});

test('without Node.js on the path, the runner’s own is taken; without any, nothing runs', () => {
  const runner = join(folder, 'runner');
  const bin = join(folder, 'bin');
  mkdirSync(join(runner, '_work/_temp'), { recursive: true });
  mkdirSync(bin);
  for (const tool of ['sh', 'dirname', 'env']) symlinkSync(join('/usr/bin', tool), join(bin, tool));
  for (const file of ['job-started.sh', 'job-started.mjs']) copyFileSync(join(HOOK, file), join(runner, file));
  const env = { PATH: bin, RUNNER_TEMP: join(runner, '_work/_temp') };
  expect(start({ env }, runner)).toMatchObject({
    status: 1,
    said: 'The hook of this runner found no Node.js to read the event with',
  });
  mkdirSync(join(runner, 'externals/node24/bin'), { recursive: true });
  const node = join(runner, 'externals/node24/bin/node');
  writeFileSync(node, `#!/bin/sh\nexec ${process.execPath} "$@"\n`);
  chmodSync(node, 0o755);
  expect(start({ env }, runner).status).toBe(0);
  expect(start({ name: 'pull_request', event: pull(FORK), env }, runner)).toMatchObject({ status: 1, said: FORKED });
});
