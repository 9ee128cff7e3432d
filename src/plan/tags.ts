import type { TagTemplates } from '../model/config.ts';
import type { SourceEvent } from '../model/plan.ts';
import {
  type LastingTag,
  type MovingTag,
  parseVersion,
  type ReleaseLevel,
  type Version,
} from '../model/release-version.ts';

/** Tags of a run and, for each template that gave none, why. */
export interface ExpandedTags {
  readonly tags: readonly string[];
  /** Those of them that a later release or commit will mean something else by. */
  readonly moving: readonly MovingTag[];
  /** Those of them that mean this image for ever. */
  readonly lasting: readonly LastingTag[];
  readonly notes: readonly string[];
}

/** The grammar of a tag (OCI distribution spec, "Pulling manifests"). */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const LIMIT = 128;
const SHORT = 12;

/**
 * The tags the event asks for (config.md, "tags"): a pull request's, a release's for a tag, else the branch's.
 * A dirty tree gets nothing but `sha-<12>-dirty`: no other name would be true. A pre-release moves no tag that
 * somebody follows (`latest`, `{major}`).
 */
export function expandTags(templates: TagTemplates, event: SourceEvent): ExpandedTags {
  if (event.dirty) return tagDirty(event);
  const { list, version } = chooseTemplates(templates, event);
  const tags: string[] = [];
  const moving: MovingTag[] = [];
  const lasting: LastingTag[] = [];
  const notes: string[] = [];
  for (const template of list) {
    const result = expandTemplate(template, event, version);
    if (result.tag === undefined) notes.push(`\`${template}\` gives no tag: ${result.why}`);
    else if (!tags.includes(result.tag)) {
      tags.push(result.tag);
      if (isMoving(template)) moving.push(...followerOf(result.tag, template, event, version));
      else lasting.push({ tag: result.tag, names: template.includes('{version}') ? 'version' : 'commit' });
    }
  }
  return { tags, moving, lasting, notes };
}

function tagDirty(event: SourceEvent): ExpandedTags {
  if (event.commit === undefined)
    return { tags: [], moving: [], lasting: [], notes: ['no tag: the work tree has changes and no commit'] };
  return {
    tags: [`sha-${event.commit.slice(0, SHORT)}-dirty`],
    moving: [],
    lasting: [],
    notes: ['the work tree differs from the commit: only a `-dirty` tag is true of it'],
  };
}

interface Choice {
  readonly list: readonly string[];
  readonly version: Version | undefined;
}

function chooseTemplates(templates: TagTemplates, event: SourceEvent): Choice {
  if (event.name === 'pull_request') return { list: templates.pullRequest, version: undefined };
  if (event.tag !== undefined) return { list: templates.release, version: parseVersion(event.tag) };
  return { list: templates.branch, version: undefined };
}

type Expansion = { readonly tag: string } | { readonly tag: undefined; readonly why: string };

function expandTemplate(template: string, event: SourceEvent, version: Version | undefined): Expansion {
  if (version?.prerelease === true && isMoving(template)) {
    return { tag: undefined, why: `${version.text} is a pre-release, which moves no tag that others follow` };
  }
  if (event.tag !== undefined && version === undefined && isMoving(template)) {
    return { tag: undefined, why: 'the git tag is not a version like v1.2.3' };
  }
  let missing: string | undefined;
  const text = template.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = lookUp(name, event, version);
    if (value === undefined) missing ??= explainMissing(name, event);
    return value ?? '';
  });
  if (missing !== undefined) return { tag: undefined, why: missing };
  const tag = text.slice(0, LIMIT);
  return TAG.test(tag) ? { tag } : { tag: undefined, why: 'what it expands to is not a valid tag' };
}

/** A tag that means another image after the next release: anything that does not hold the whole version or the commit. */
function isMoving(template: string): boolean {
  return !/\{(?:version|sha(?::\d+)?)\}/.test(template);
}

/** What a moving tag follows: releases, or the commits of its branch; nothing where there is neither. */
function followerOf(tag: string, template: string, { commit }: SourceEvent, version: Version | undefined): MovingTag[] {
  if (version !== undefined) return [{ tag, level: levelOf(template), version: version.text }];
  return commit === undefined ? [] : [{ tag, level: 'branch', commit }];
}

function levelOf(template: string): ReleaseLevel {
  if (template.includes('{minor}')) return 'minor';
  return template.includes('{major}') ? 'major' : 'release';
}

function lookUp(name: string, event: SourceEvent, version: Version | undefined): string | undefined {
  const length = /^sha:(\d{1,2})$/.exec(name)?.[1];
  if (name === 'sha' || length !== undefined) return event.commit?.slice(0, Math.max(7, Number(length ?? LIMIT)));
  switch (name) {
    case 'branch':
      return cleanTagPart(event.branch);
    case 'version':
      // `+` is no character of a tag; `_` keeps build metadata apart from a pre-release.
      return version?.text.replace('+', '_');
    case 'major':
    case 'minor':
    case 'patch':
      return version?.[name];
    default:
      return undefined;
  }
}

function explainMissing(name: string, event: SourceEvent): string {
  if (name.startsWith('sha')) return event.note ?? 'there is no commit';
  if (name === 'branch')
    return event.branch === undefined
      ? (event.note ?? 'there is no branch')
      : 'the branch name has no character a tag may hold';
  if (['version', 'major', 'minor', 'patch'].includes(name)) return 'the git tag is not a version like v1.2.3';
  return `{${name}} is not known`;
}

/** A git name as a tag may hold it: every other character becomes `-`, none of `.-` in front. */
export function cleanTagPart(text: string | undefined): string | undefined {
  const tag = text
    ?.replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .replace(/-+$/, '');
  return tag === undefined || tag === '' ? undefined : tag;
}
