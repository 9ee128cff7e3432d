import { expect, test } from '@jest/globals';
import type { SourceEvent } from '../../src/model/plan.ts';
import { decidePublishing } from '../../src/plan/publish-decision.ts';

function event(change: Partial<SourceEvent>): SourceEvent {
  return { name: 'push', branch: 'main', defaultBranch: 'main', dirty: false, fork: false, ...change };
}

test.each([
  ['the command line', { name: 'command-line' }, true, 'asked for on the command line'],
  ['the default branch', {}, true, 'the run is about the default branch'],
  ['another branch', { branch: 'next' }, false, 'only the default branch and version tags publish'],
  ['a version tag', { tag: 'v1.2.3' }, true, 'a version tag was pushed'],
  ['another tag', { tag: 'nightly' }, false, 'the git tag is not a version like v1.2.3'],
  ['a pull request', { name: 'pull_request' }, false, 'a pull request publishes nothing'],
  ['a fork', { name: 'pull_request', fork: true }, false, /fork or by Dependabot/],
  ['a push by Dependabot', { fork: true }, false, /fork or by Dependabot/],
  ['a merge group', { name: 'merge_group' }, false, 'a merge group publishes nothing'],
  ['a schedule', { name: 'schedule' }, true, 'the run is about the default branch'],
  ['a dispatch on a branch', { name: 'workflow_dispatch', branch: 'next' }, false, /only the default branch/],
  ['anything else', { name: 'other' }, false, 'this event is not one that publishes'],
] as const)('%s', (_, change, publish, reason) => {
  const decision = decidePublishing(event(change));
  expect(decision.publish).toBe(publish);
  if (typeof reason === 'string') expect(decision.reason).toBe(reason);
  else expect(decision.reason).toMatch(reason);
});

test('without a default branch nothing is published', () => {
  const unknown: SourceEvent = { name: 'push', branch: 'main', dirty: false, fork: false };
  expect(decidePublishing(unknown)).toEqual({ publish: false, reason: 'the default branch is not known' });
});
