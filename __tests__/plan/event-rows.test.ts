import { describe, expect, test } from '@jest/globals';
import type { SourceEvent } from '../../src/model/plan.ts';
import { describeActionsEvent, parsePayload } from '../../src/plan/actions-event.ts';
import { decidePublishing } from '../../src/plan/publish-decision.ts';
import { BOT, eventOf, type EventRow, HEAD_SHA, pullRequest } from '../support/github/payloads.ts';

const COMMIT = 'c'.repeat(40);

function describeRow({ env, payload }: ReturnType<typeof eventOf>): SourceEvent {
  return describeActionsEvent(env, parsePayload(JSON.stringify(payload)));
}

describe('each event of GitHub', () => {
  const PULL = { head: HEAD_SHA, pullRequest: { number: 12, labels: [] } };
  test.each<[EventRow, Partial<SourceEvent>, boolean]>([
    ['pull request', { name: 'pull_request', branch: 'feature', fork: false, ...PULL }, false],
    ['pull request of a fork', { name: 'pull_request', fork: true, ...PULL }, false],
    ['pull request of Dependabot', { name: 'pull_request', branch: 'dependabot/pip/x-1', fork: true, ...PULL }, false],
    ['push to the default branch', { name: 'push', branch: 'main', defaultBranch: 'main', fork: false }, true],
    ['push to another branch', { name: 'push', branch: 'feature', fork: false }, false],
    ['version tag', { name: 'push', tag: 'v1.2.3', fork: false }, true],
    ['schedule', { name: 'schedule', branch: 'main', fork: false }, true],
    ['dispatch', { name: 'workflow_dispatch', branch: 'main', fork: false }, true],
    ['merge group', { name: 'merge_group', fork: false, pullRequest: { number: 12 } }, false],
    ['workflow run', { name: 'other', branch: 'main', fork: false }, false],
  ])('%s', (row, expected, publishes) => {
    const event = describeRow(eventOf(row, COMMIT));
    expect(event).toMatchObject({ commit: COMMIT, ...expected });
    if (expected.pullRequest === undefined) expect(event.pullRequest).toBeUndefined();
    expect(decidePublishing(event).publish).toBe(publishes);
  });
});

describe('a pull request', () => {
  test('has labels and a number that decide, and a deleted fork is a fork', () => {
    const event = describeRow(pullRequest(COMMIT, { number: 7, labels: ['a', 'b'], from: null }));
    expect(event).toMatchObject({ fork: true, pullRequest: { number: 7, labels: ['a', 'b'] } });
    expect(describeRow(pullRequest(COMMIT, { author: BOT })).fork).toBe(true);
  });

  test.each([
    ['a number that is none', { number: -1 }],
    ['a number that is text', { number: '12' }],
    ['labels that are none', { labels: 'slipway:allow-growth' }],
  ])('with %s is still one', (_name, change) => {
    const { env, payload } = pullRequest(COMMIT, {});
    const changed = { ...payload, pull_request: { ...(payload as { pull_request: object }).pull_request, ...change } };
    const event = describeRow({ env, payload: changed });
    expect(event).toMatchObject({ name: 'pull_request', fork: false });
    expect(event.pullRequest?.labels ?? []).toEqual([]);
  });

  test.each(['pr-12', `pr-x-${HEAD_SHA}`, `pr-0-${HEAD_SHA}`, `x/pr-12-${HEAD_SHA}/y`])(
    'is not named by a queue’s branch %s',
    (name) => {
      const { env, payload } = eventOf('merge group', COMMIT);
      const ref = `refs/heads/gh-readonly-queue/main/${name}`;
      expect(describeRow({ env: { ...env, GITHUB_REF: ref }, payload }).pullRequest).toBeUndefined();
    },
  );
});
