import { judgeImage } from '../check/judge.ts';
import { levelOf } from '../check/policy.ts';
import type { AnyRule } from '../check/rule.ts';
import type { BuildCheckFinding, Fact } from '../model/facts.ts';
import type { ImageState } from './image-state.ts';
import type { Run } from './run.ts';

/** Rules about what BuildKit's own checks say of a Dockerfile. */
export function needsBuildCheck(rule: AnyRule): boolean {
  return rule.needs.includes('build-check');
}

/** Whether BuildKit's checks are asked while the images are built: a build need not wait for what cannot stop it. */
export function mayCheckLater({ config, request }: Run, rules: readonly AnyRule[]): boolean {
  if (request.command !== 'check' && request.command !== 'ship') return false;
  const asking = rules.filter(needsBuildCheck);
  return config.images.every((image) => asking.every((rule) => levelOf(rule, image, config) !== 'error'));
}

/** Adds what BuildKit's checks said, one fact an image in their order, and what the rules make of it; also for images that did not build. */
export function judgeBuildChecks(
  { config, effects }: Run,
  states: readonly ImageState[],
  found: readonly Fact<readonly BuildCheckFinding[]>[],
  rules: readonly AnyRule[],
): ImageState[] {
  const asking = rules.filter(needsBuildCheck);
  return states.map((state, index) => {
    const fact = found[index];
    if (fact === undefined) return state;
    const facts = { ...state.facts, 'build-check': fact };
    const outcomes = judgeImage(asking, facts, state.planned.config, config, effects.clock.now());
    return { ...state, facts, outcomes: [...state.outcomes, ...outcomes] };
  });
}
