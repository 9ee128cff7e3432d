import type { PublishDecision, SourceEvent } from '../model/plan.ts';
import { parseVersion } from '../model/release-version.ts';

/** Whether this run may publish, and why (github.md, "Events"). Checks come on top: only cleared images are pushed. */
export function decidePublishing(event: SourceEvent): PublishDecision {
  if (event.name === 'command-line') return yes('asked for on the command line');
  if (event.fork) return no('fork: a pull request from a fork or by Dependabot has no identity to publish with');
  switch (event.name) {
    case 'pull_request':
      return no('a pull request publishes nothing');
    case 'merge_group':
      return no('a merge group publishes nothing');
    case 'other':
      return no('this event is not one that publishes');
    case 'push':
    case 'schedule':
    case 'workflow_dispatch':
      return decideByRef(event);
  }
}

function decideByRef(event: SourceEvent): PublishDecision {
  if (event.tag !== undefined) {
    return parseVersion(event.tag) === undefined
      ? no('the git tag is not a version like v1.2.3')
      : yes('a version tag was pushed');
  }
  if (event.branch === undefined) return no('the run is about no branch and no tag');
  if (event.defaultBranch === undefined) return no('the default branch is not known');
  return event.branch === event.defaultBranch
    ? yes('the run is about the default branch')
    : no('only the default branch and version tags publish');
}

function yes(reason: string): PublishDecision {
  return { publish: true, reason };
}
function no(reason: string): PublishDecision {
  return { publish: false, reason };
}
