import { Fault } from '../model/fault.ts';
import { parseVersion, type LastingTag, type MovingTag } from '../model/release-version.ts';
import { expandTags } from '../plan/tags.ts';
import type { Run } from './run.ts';

interface PromotedTags {
  readonly tags: readonly string[];
  readonly moving: readonly MovingTag[];
  readonly lasting: readonly LastingTag[];
}

/** A version stands for all tags of its release; any other tag follows commits as a branch's does. */
export function expandAll({ config }: Run, wanted: readonly string[], commit: string | undefined): PromotedTags {
  const all = wanted.map((tag): PromotedTags => {
    const event = {
      name: 'push',
      tag,
      dirty: false,
      fork: false,
      ...(commit === undefined ? {} : { commit }),
    } as const;
    if (parseVersion(tag) !== undefined) return requireTags(tag, expandTags(config.tags, event));
    return { tags: [tag], moving: [{ tag, level: 'branch', commit: commit ?? '' }], lasting: [] };
  });
  return {
    tags: [...new Set(all.flatMap(({ tags }) => tags))],
    moving: all.flatMap(({ moving }) => moving),
    lasting: all.flatMap(({ lasting }) => lasting),
  };
}

/** Throws a Fault for what no registry takes as a tag. */
export function requireTag(tag: string): void {
  if (parseVersion(tag) !== undefined || /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(tag)) return;
  throw new Fault(`${JSON.stringify(tag.slice(0, 150))} is not a tag`, {
    where: '--tag',
    remedy: 'A tag holds letters, digits, _ . - and at most 128 characters.',
  });
}

function requireTags(tag: string, expanded: PromotedTags): PromotedTags {
  if (expanded.tags.length > 0) return expanded;
  throw new Fault(`no template of tags.release gives a tag for ${tag}`, {
    remedy: 'Write tags.release in slipway.yml, for example ["{version}"].',
  });
}
