import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TagTemplates } from '../../src/model/config.ts';
import type { SourceEvent } from '../../src/model/plan.ts';
import { cleanTagPart, expandTags } from '../../src/plan/tags.ts';

const TEMPLATES: TagTemplates = {
  pullRequest: [],
  branch: ['sha-{sha:12}', '{branch}'],
  release: ['{version}', '{major}.{minor}', '{major}', 'latest'],
};
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

function event(change: Partial<SourceEvent> = {}): SourceEvent {
  return { name: 'push', commit: COMMIT, branch: 'main', dirty: false, fork: false, ...change };
}

test.each([
  ['a branch', event(), ['sha-0123456789ab', 'main']],
  ['a branch on the command line', event({ name: 'command-line' }), ['sha-0123456789ab', 'main']],
  ['a slash', event({ branch: 'feature/a b' }), ['sha-0123456789ab', 'feature-a-b']],
  ['a hostile name', event({ branch: '$(id)`x`;"\'\n::set' }), ['sha-0123456789ab', 'id-x-set']],
  ['nothing a tag may hold', event({ branch: '日本' }), ['sha-0123456789ab']],
  ['a dirty tree', event({ dirty: true }), ['sha-0123456789ab-dirty']],
  ['a dirty tree on a tag', event({ dirty: true, tag: 'v1.2.3' }), ['sha-0123456789ab-dirty']],
  ['a pull request', event({ name: 'pull_request' }), []],
  ['a release', event({ tag: 'v1.2.3' }), ['1.2.3', '1.2', '1', 'latest']],
  ['a release without v', event({ tag: '1.2.3' }), ['1.2.3', '1.2', '1', 'latest']],
  ['a pre-release moves nothing', event({ tag: 'v1.2.3-rc.1' }), ['1.2.3-rc.1']],
  ['build metadata', event({ tag: 'v1.2.3+linux.1' }), ['1.2.3_linux.1', '1.2', '1', 'latest']],
  ['a tag that is no version', event({ tag: 'nightly' }), []],
  ['no version either', event({ tag: 'v01.2.3' }), []],
])('%s', (_, source, tags) => {
  expect(expandTags(TEMPLATES, source).tags).toEqual(tags);
});

test('what follows releases is said with its level; what names the version or commit is not', () => {
  const templates = { ...TEMPLATES, release: ['{version}', 'v{major}.{minor}', '{major}', 'latest', '{sha:12}'] };
  expect(expandTags(templates, event({ tag: 'v1.2.3' })).moving).toEqual([
    { tag: 'v1.2', level: 'minor', version: '1.2.3' },
    { tag: '1', level: 'major', version: '1.2.3' },
    { tag: 'latest', level: 'release', version: '1.2.3' },
  ]);
  const names = (source: SourceEvent) => expandTags(templates, source).lasting;
  expect(names(event({ tag: 'v1.2.3' }))).toEqual([
    { tag: '1.2.3', names: 'version' },
    { tag: '0123456789ab', names: 'commit' },
  ]);
});

test('a branch’s own tag follows its commits; a dirty tree moves and keeps nothing', () => {
  const { moving, lasting } = expandTags(TEMPLATES, event());
  expect(moving).toEqual([{ tag: 'main', level: 'branch', commit: COMMIT }]);
  expect(lasting).toEqual([{ tag: 'sha-0123456789ab', names: 'commit' }]);
  expect(expandTags(TEMPLATES, event({ dirty: true }))).toMatchObject({ moving: [], lasting: [] });
  const nowhere: SourceEvent = { name: 'push', branch: 'main', dirty: false, fork: false };
  expect(expandTags({ ...TEMPLATES, branch: ['edge'] }, nowhere)).toMatchObject({ tags: ['edge'], moving: [] });
});

test('without a commit or a branch it says why, and a dirty tree without one has no tag', () => {
  const nowhere: SourceEvent = {
    name: 'command-line',
    dirty: false,
    fork: false,
    note: 'the folder is not in a git repository',
  };
  expect(expandTags(TEMPLATES, nowhere)).toEqual({
    tags: [],
    moving: [],
    lasting: [],
    notes: [
      '`sha-{sha:12}` gives no tag: the folder is not in a git repository',
      '`{branch}` gives no tag: the folder is not in a git repository',
    ],
  });
  expect(expandTags(TEMPLATES, { ...nowhere, dirty: true }).tags).toEqual([]);
});

test('`latest` on a branch is the user’s own template, and equal tags are named once', () => {
  const templates = { ...TEMPLATES, branch: ['latest', '{branch}', '{sha:7}', '{sha}'] };
  expect(expandTags(templates, event({ branch: 'latest' })).tags).toEqual(['latest', '0123456', COMMIT]);
});

test('whatever a branch is called, its part of a tag keeps the grammar', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 100, maxLength: 400 })), (branch) => {
      for (const tag of expandTags(TEMPLATES, event({ branch })).tags) expect(tag).toMatch(/^[\w][\w.-]{0,127}$/);
      const part = cleanTagPart(branch);
      if (part !== undefined) expect(part).toMatch(/^\w/);
    }),
  );
});
