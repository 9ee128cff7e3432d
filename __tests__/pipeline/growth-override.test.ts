import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Effects } from '../../src/model/effects.ts';
import type { SourceEvent } from '../../src/model/plan.ts';
import { ALLOW_GROWTH, overrideGrowth } from '../../src/pipeline/growth-override.ts';
import type { ImageState } from '../../src/pipeline/image-state.ts';
import { captureEffects } from '../support/captured-effects.ts';
import { githubAt } from '../support/github/client.ts';
import { type GitHubDouble, startGitHub } from '../support/github/double.ts';
import { storedPull } from '../support/github/payloads.ts';
import { anOutcome } from '../support/records.ts';

const COMMIT = 'c'.repeat(40);
const GREW = anOutcome({
  rule: 'size.growth-vs-main',
  status: 'failed',
  findings: [{ message: '+2 GB', remedy: 'r' }],
});
const ROOT = anOutcome({ rule: 'user.config', status: 'failed', findings: [{ message: 'root', remedy: 'r' }] });

let double: GitHubDouble;
beforeEach(async () => {
  double = await startGitHub();
});
afterEach(async () => {
  await double.stop();
});

async function statusesOf(event: Partial<SourceEvent>, asked = true, outcomes = [GREW, ROOT]): Promise<string[]> {
  const { effects } = captureEffects();
  const world: Effects = asked ? { ...effects, github: githubAt(double, double.token()) } : effects;
  const state = { outcomes } as unknown as ImageState;
  const whole: SourceEvent = { name: 'pull_request', dirty: false, fork: false, commit: COMMIT, ...event };
  const [changed] = await overrideGrowth(world, whole, [state]);
  return (changed?.outcomes ?? []).map(({ status, reason = '' }) => `${status} ${reason}`.trim());
}
const ALLOWED = [`waived label ${ALLOW_GROWTH} of pull request #12`, 'failed'];
const FAILED = ['failed', 'failed'];

describe('growth that a reviewer allowed', () => {
  test('is waived with the pull request as its trace, and nothing else is', async () => {
    double.state.pulls.push(storedPull({ labels: ['bug', ALLOW_GROWTH] }));
    expect(await statusesOf({ pullRequest: { number: 12, labels: [] } })).toEqual(ALLOWED);
    expect(await statusesOf({ name: 'merge_group', pullRequest: { number: 12 } })).toEqual(ALLOWED);
  });

  test('counts as it is now, not as it was when the event happened', async () => {
    double.state.pulls.push(storedPull());
    expect(await statusesOf({ pullRequest: { number: 12, labels: [ALLOW_GROWTH] } })).toEqual(FAILED);
  });

  test('is known from the event where GitHub is not asked or does not answer', async () => {
    const pullRequest = { number: 12, labels: [ALLOW_GROWTH] };
    expect(await statusesOf({ pullRequest }, false)).toEqual(ALLOWED);
    expect(await statusesOf({ pullRequest })).toEqual(ALLOWED);
    expect(await statusesOf({ pullRequest: { number: 12 } }, false)).toEqual(FAILED);
  });

  test('holds for the push it becomes, once it is merged', async () => {
    double.state.pulls.push(storedPull({ labels: [ALLOW_GROWTH], merged: true, state: 'closed', commits: [COMMIT] }));
    expect(await statusesOf({ name: 'push' })).toEqual(ALLOWED);
    double.state.pulls.length = 0;
    double.state.pulls.push(storedPull({ labels: [ALLOW_GROWTH], commits: [COMMIT] }));
    expect(await statusesOf({ name: 'push' })).toEqual(FAILED);
  });

  test('is asked for only where something grew', async () => {
    expect(await statusesOf({ pullRequest: { number: 12 } }, true, [ROOT])).toEqual(['failed']);
    expect(double.state.log).toEqual([]);
  });
});
