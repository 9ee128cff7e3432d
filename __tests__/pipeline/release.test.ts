import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Fault } from '../../src/model/fault.ts';
import { type GitHub, noteDenial, type WorkflowRun } from '../../src/model/github.ts';
import type { SourceEvent } from '../../src/model/plan.ts';
import { findRelease, isRelease } from '../../src/pipeline/release.ts';
import { makeTiming } from '../../src/pipeline/timing.ts';
import { blankConfig } from '../support/blank.ts';
import { captureEffects } from '../support/captured-effects.ts';
import { makeScriptedClock } from '../support/clock.ts';
import { makeFolder } from '../support/folder.ts';

const COMMIT = 'c'.repeat(40);
const EVENT: SourceEvent = { name: 'push', commit: COMMIT, tag: 'v1.2.3', dirty: false, fork: false };
const WORKFLOW = '.github/workflows/ci.yml';
const going: WorkflowRun = {
  ...{ id: '7', name: 'ci', path: WORKFLOW, event: 'push', status: 'in_progress', headSha: COMMIT, headBranch: 'main' },
};

/** A registry without the commit's image, and what GitHub says of the commit's runs, one answer after the other and the last one for ever. */
async function find(
  answers: readonly (readonly WorkflowRun[] | Error)[],
  change: Readonly<Record<string, string>> = {},
) {
  const clock = makeScriptedClock();
  const env = {
    GITHUB_RUN_ID: '9',
    GITHUB_REF_NAME: 'v1.2.3',
    GITHUB_WORKFLOW_REF: `team/project/${WORKFLOW}@refs/tags/v1.2.3`,
    ...change,
  };
  const captured = captureEffects(env);
  const left = [...answers];
  const runsOf = async () => {
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer instanceof Error) throw answer;
    return Promise.resolve(answer ?? []);
  };
  const directory = await makeFolder({});
  const effects = {
    ...captured.effects,
    clock,
    ...(answers.length === 0 ? {} : { github: { runsOf } as unknown as GitHub }),
  };
  const tags = { pullRequest: [], branch: ['sha-{sha:12}'], release: ['{version}'] };
  const found = await findRelease(
    {
      effects,
      request: { command: 'plan', directory, only: [], output: directory, containers: true },
      config: blankConfig({ directory, tags }),
      target: { type: 'oci', directory: join(directory, 'oci') },
      startedAt: clock.now(),
      timing: makeTiming(clock),
    },
    EVENT,
  );
  const waited = clock.sleeps.reduce((sum, each) => sum + each, 0);
  return { why: found.proven === undefined ? found.why : 'found', waited, text: captured.text() };
}
const ABSENT = /^api: there is no sha-c{12} to promote/;

describe('a version tag', () => {
  test('waits for the run of its commit on a branch, and says so once', async () => {
    const seen = await find([[going], [going], [{ ...going, status: 'completed' }]]);
    expect(seen).toMatchObject({ why: expect.stringMatching(ABSENT), waited: 30_000 });
    expect(seen.text.match(/waiting for the run 7 of this commit on "main"/g)).toHaveLength(1);
  });

  test('waits half an hour and no longer', async () => {
    const seen = await find([[going]]);
    expect(seen.waited).toBe(30 * 60_000);
    expect(seen.why).toMatch(/the run 7 of this commit on main was still going after 30 minutes$/);
  });

  test.each<[string, Partial<WorkflowRun>]>([
    ['itself', { id: '9' }],
    ['the run of another workflow', { path: '.github/workflows/other.yml' }],
    ['a run that has ended', { status: 'completed' }],
    ['the run of its own tag', { headBranch: 'v1.2.3' }],
    ['a pull request', { event: 'pull_request' }],
  ])('does not wait for %s', async (_, change) => {
    expect(await find([[{ ...going, ...change }]])).toMatchObject({ why: expect.stringMatching(ABSENT), waited: 0 });
  });

  test('waits for nothing where the runs may not be listed or nobody can be asked', async () => {
    const denied = noteDenial(new Fault('Resource not accessible by integration'));
    expect(await find([denied])).toMatchObject({ waited: 0, text: expect.stringMatching(/\(actions: read\)/) });
    expect(await find([])).toMatchObject({ waited: 0 });
    await expect(find([new Fault('GitHub does not answer', { kind: 'environment' })])).rejects.toThrow(
      /does not answer/,
    );
  });

  test.each<[boolean, Partial<SourceEvent>]>([
    [true, {}],
    [false, { tag: 'nightly' }],
    [false, { fork: true }],
    [false, { tag: undefined }],
  ] as [boolean, Partial<SourceEvent>][])('counts as a release: %s %j', (expected, change) => {
    expect(isRelease({ ...EVENT, ...change })).toBe(expected);
  });
});
