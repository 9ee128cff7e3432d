import { expect, test } from '@jest/globals';
import type { ComposeService } from '../../src/model/compose-facts.ts';
import { known, undecided } from '../../src/model/facts.ts';
import type { PlannedStack } from '../../src/model/plan.ts';
import type { ImageState } from '../../src/pipeline/image-state.ts';
import type { Request } from '../../src/pipeline/request.ts';
import type { Run } from '../../src/pipeline/run.ts';
import { startsStack } from '../../src/pipeline/stack-stage.ts';
import { stackConfig } from '../support/compose.ts';
import { plannedImage } from '../support/planned.ts';

/** Services by the images of the config that they run; one without is of others. */
function stackOf(services: readonly (readonly string[])[], planned: readonly string[]): PlannedStack {
  const all = services.map((images) => ({ images }) as unknown as ComposeService);
  const images = planned.filter((name) => services.some((own) => own.includes(name)));
  return {
    config: stackConfig(['c.yml']),
    compose: known({ files: ['c.yml'], services: all, versions: [] }),
    images,
    problems: [],
  };
}

const BOTH = [['api'], ['web'], []];

test.each<[string, Partial<Request>, boolean, readonly (readonly string[])[], readonly string[], boolean]>([
  ['slipway stack always does', { command: 'stack' }, false, BOTH, ['api'], true],
  ['ship does with an image of it', { command: 'ship' }, false, BOTH, ['api'], true],
  ['ship of other images does not', { command: 'ship' }, false, BOTH, ['worker'], false],
  ['stage does with all of its images', { command: 'stage' }, false, BOTH, ['api', 'web'], true],
  ['stage of a part of them does not', { command: 'stage' }, false, BOTH, ['api'], false],
  ['a plain check does not', { command: 'check' }, false, BOTH, ['api', 'web'], false],
  ['the build job of verify.yml does', { command: 'check', workflow: 'verify' }, true, BOTH, ['api', 'web'], true],
  ['that of a shard does not', { command: 'check', workflow: 'verify' }, false, BOTH, ['web'], false],
  [
    'the build job of images.yml does not: a job of its own does',
    { command: 'stage', workflow: 'images' },
    false,
    BOTH,
    ['api', 'web'],
    false,
  ],
  ['it does for a fork', { command: 'stage', workflow: 'images' }, true, BOTH, ['api', 'web'], true],
  ['and not for a shard of a fork', { command: 'stage', workflow: 'images' }, true, BOTH, ['api'], false],
  ['and for a stack of images of others', { command: 'stage', workflow: 'images' }, false, [[]], ['api'], true],
])('who starts the stack: %s', (_, request, fork, services, built, expected) => {
  const images = built.map((name) => ({ planned: plannedImage(name) }) as ImageState);
  const run = { request } as unknown as Run;
  const event = { name: 'push', dirty: false, fork } as const;
  expect(startsStack(run, event, images, { planned: stackOf(services, built), outcomes: [] })).toBe(expected);
});

test('where nobody knows what it starts, the job that does it says so', () => {
  const planned = { ...stackOf(BOTH, ['api']), compose: undecided('compose cannot read it') };
  const of = (request: Partial<Request>): boolean =>
    startsStack({ request } as unknown as Run, { name: 'push', dirty: false, fork: false }, [], {
      planned,
      outcomes: [],
    });
  expect([of({ command: 'ship' }), of({ command: 'stage', workflow: 'images' }), of({ command: 'check' })]).toEqual([
    true,
    false,
    false,
  ]);
});
