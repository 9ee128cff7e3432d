import type { BaselinePlace } from '../check/probes/baseline.ts';
import type { SourceEvent } from '../model/plan.ts';
import { expandTags } from '../plan/tags.ts';
import type { Run } from './run.ts';

/** Where the base branch of the event publishes an image: the one tag of a branch that does not name a commit. */
export function locateBaseline({ config, effects, target }: Run, event: SourceEvent, image: string): BaselinePlace {
  const asked = effects.env['GITHUB_BASE_REF'];
  const branch = asked === undefined || asked === '' ? (event.defaultBranch ?? event.branch) : asked;
  if (branch === undefined) return { unknown: 'the base branch is not known' };
  const lasting = config.tags.branch.filter((template) => !/\{(?:sha|date|time|run)/.test(template));
  const [tag] = expandTags(
    { ...config.tags, branch: lasting },
    { name: 'push', branch, dirty: false, fork: false },
  ).tags;
  if (tag === undefined) return { unknown: 'no tag of a branch lasts (`tags.branch`)' };
  return { target, image, tag, branch };
}
