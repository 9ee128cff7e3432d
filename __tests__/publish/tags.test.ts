import { expect, test } from '@jest/globals';
import { RECORD_ARTIFACT } from '../../src/model/artifact.ts';
import type { CommitHistory } from '../../src/model/commit-history.ts';
import { digestOf } from '../../src/model/digest.ts';
import type { StoredManifest } from '../../src/model/image.ts';
import type { MovingTag } from '../../src/model/release-version.ts';
import { attachArtifact } from '../support/attach.ts';
import { refuseTakenVersions, settleTags } from '../../src/publish/tags.ts';
import { makeMemorySink, type MemorySink } from '../support/memory-sink.ts';

const { signal } = new AbortController();

function makeRoot(text: string): StoredManifest {
  const bytes = Buffer.from(text);
  return { bytes, mediaType: 'application/vnd.oci.image.index.v1+json', digest: digestOf(bytes) };
}
function tagsOf(version: string): { tags: string[]; moving: MovingTag[] } {
  const [major = '', minor = ''] = version.split('.');
  return {
    tags: ['latest', major, `${major}.${minor}`, version],
    moving: [
      { tag: 'latest', level: 'release', version },
      { tag: major, level: 'major', version },
      { tag: `${major}.${minor}`, level: 'minor', version },
    ],
  };
}
const release = (sink: MemorySink, version: string) => settleTags(signal, tagsOf(version), makeRoot(version), sink);
const actions = (tags: readonly { readonly tag: string; readonly action: string }[]) =>
  Object.fromEntries(tags.map(({ tag, action }) => [tag, action]));
const pointsTo = (sink: MemorySink, tag: string) => Buffer.from(sink.manifests.get(tag)?.bytes ?? []).toString();

test('the version is tagged before the tags that follow it', async () => {
  const sink = makeMemorySink();
  const tags = await release(sink, '1.2.3');
  expect(tags.map(({ tag }) => tag)).toEqual(['1.2.3', 'latest', '1', '1.2']);
  expect(tags.every(({ action }) => action === 'created')).toBe(true);
});

test('a backport moves only the tags of its own line, and says why the others stay', async () => {
  const sink = makeMemorySink();
  await release(sink, '1.2.3');
  await release(sink, '2.0.0');
  const tags = await release(sink, '1.2.4');
  expect(actions(tags)).toEqual({ '1.2.4': 'created', '1': 'moved', '1.2': 'moved', latest: 'kept' });
  expect(tags.find(({ tag }) => tag === 'latest')?.reason).toBe('2.0.0 is there already and newer than 1.2.4');
  expect(pointsTo(sink, 'latest')).toBe('2.0.0');
});

test('a second run of the same release changes nothing', async () => {
  const sink = makeMemorySink();
  await release(sink, '1.2.3');
  expect(actions(await release(sink, '1.2.3'))).toEqual({
    '1.2.3': 'same',
    '1': 'same',
    '1.2': 'same',
    latest: 'same',
  });
});

test('a newer release that comes between question and move gets its tag back', async () => {
  const sink = makeMemorySink();
  await release(sink, '1.0.0');
  const put = sink.putManifest.bind(sink);
  let raced = false;
  const slow = {
    ...sink,
    putManifest: async (reference: string, manifest: StoredManifest) => {
      if (reference === 'latest' && !raced) {
        raced = true;
        await release(sink, '1.2.0');
      }
      return put(reference, manifest);
    },
  };
  const tags = await release(slow, '1.1.0');
  expect(raced).toBe(true);
  expect(actions(tags)).toMatchObject({ '1.1.0': 'created', latest: 'kept', '1': 'kept' });
  expect([pointsTo(sink, 'latest'), pointsTo(sink, '1'), pointsTo(sink, '1.1')]).toEqual(['1.2.0', '1.2.0', '1.1.0']);
});

const COMMITS = { old: 'a'.repeat(40), own: 'b'.repeat(40), next: 'c'.repeat(40), far: 'd'.repeat(40) };
type Name = keyof typeof COMMITS;
const ORDER: readonly Name[] = ['old', 'own', 'next'];

/** What a clone that ends at a commit says; `far` is nowhere in it. */
function historyOf(name: Name, shallow = false): CommitHistory {
  const at = ORDER.indexOf(name);
  return {
    commit: COMMITS[name],
    compare: (commit) => {
      const other = ORDER.findIndex((known) => COMMITS[known] === commit);
      if (other === at) return Promise.resolve({ standing: 'same' });
      if (shallow) return Promise.resolve({ standing: 'unknown', why: 'this clone is shallow' });
      return Promise.resolve({ standing: other >= 0 && other < at ? 'older' : 'apart' });
    },
    recent: () => Promise.resolve(ORDER.slice(0, at + 1).map((known) => COMMITS[known])),
  };
}

/** One run that publishes a commit: the record first, then the tags. */
async function land(sink: MemorySink, name: Name, change: { text?: string; shallow?: boolean } = {}, through = sink) {
  const root = makeRoot(change.text ?? name);
  const commit = COMMITS[name];
  await attachArtifact(sink, root, {
    artifactType: RECORD_ARTIFACT,
    bytes: Buffer.from(commit),
    annotations: {
      'vnd.slipway.policy': 'p',
      'org.opencontainers.image.revision': commit,
      'org.opencontainers.image.created': `2026-01-0${String(ORDER.indexOf(name) + 2)}T00:00:00Z`,
      'vnd.slipway.followers': 'main',
    },
  });
  const sha = `sha-${commit.slice(0, 12)}`;
  return settleTags(
    signal,
    {
      tags: [sha, 'main'],
      moving: [{ tag: 'main', level: 'branch', commit }],
      lasting: [{ tag: sha, names: 'commit' }],
      history: historyOf(name, change.shallow),
    },
    root,
    through,
  );
}
const mainOf = (tags: Awaited<ReturnType<typeof land>>) => tags.find(({ tag }) => tag === 'main');

test('a branch’s tag moves to a later commit, and says which came before', async () => {
  const sink = makeMemorySink();
  expect(mainOf(await land(sink, 'old'))).toMatchObject({ action: 'created' });
  expect(mainOf(await land(sink, 'own'))).toEqual({
    tag: 'main',
    action: 'moved',
    reason: 'bbbbbbbbbbbb comes after aaaaaaaaaaaa',
  });
  expect(pointsTo(sink, 'main')).toBe('own');
  expect(mainOf(await land(sink, 'own'))).toMatchObject({ action: 'same' });
});

test('a run of an older commit that comes late leaves the tag where it is', async () => {
  const sink = makeMemorySink();
  await land(sink, 'next');
  const tags = await land(sink, 'own');
  expect(actions(tags)).toEqual({ 'sha-bbbbbbbbbbbb': 'created', main: 'kept' });
  expect(mainOf(tags)?.reason).toMatch(
    /^cccccccccccc is there and no part of the history of bbbbbbbbbbbb: it is newer/,
  );
  expect(pointsTo(sink, 'main')).toBe('next');
});

test('a digest that a later commit built as well counts as that later commit’s', async () => {
  const sink = makeMemorySink();
  await land(sink, 'old', { text: 'same bytes' });
  await land(sink, 'next', { text: 'same bytes' });
  expect(mainOf(await land(sink, 'own'))).toMatchObject({ action: 'kept' });
});

test('the same commit built again moves its branch’s tag, and not the tag of the commit', async () => {
  const sink = makeMemorySink();
  await land(sink, 'own');
  const tags = await land(sink, 'own', { text: 'built again' });
  expect(actions(tags)).toEqual({ 'sha-bbbbbbbbbbbb': 'kept', main: 'moved' });
  expect(tags[0]?.reason).toMatch(/for ever, which was built from it before$/);
});

test.each([
  ['a shallow clone', { shallow: true }, /^whether b{12} comes after a{12} is not known: this clone is shallow/],
])('undecided, so not moved: %s', async (_, change, reason) => {
  const sink = makeMemorySink();
  await land(sink, 'old');
  const main = mainOf(await land(sink, 'own', change));
  expect(main).toMatchObject({ action: 'undecided', reason: expect.stringMatching(reason) });
  expect(main?.reason).toContain('--back');
  expect(pointsTo(sink, 'main')).toBe('old');
});

test('undecided, so not moved: a tag that something else pushed', async () => {
  const sink = makeMemorySink();
  await sink.putManifest('main', makeRoot('by hand'));
  expect(mainOf(await land(sink, 'own'))).toMatchObject({
    action: 'undecided',
    reason: expect.stringMatching(/no attached record/),
  });
  expect(pointsTo(sink, 'main')).toBe('by hand');
});

/** The same store, but something happens once just before the tag is written. */
function interrupt(sink: MemorySink, tag: string, when: 'before' | 'after', what: () => Promise<unknown>): MemorySink {
  let done = false;
  return {
    ...sink,
    putManifest: async (reference, manifest) => {
      const isIt = reference === tag && !done;
      if (isIt) done = true;
      if (isIt && when === 'before') await what();
      const digest = await sink.putManifest(reference, manifest);
      if (isIt && when === 'after') await what();
      return digest;
    },
  };
}

test.each(['before', 'after'] as const)(
  'a newer commit that lands %s our move has the tag in the end',
  async (when) => {
    const sink = makeMemorySink();
    await land(sink, 'old');
    const slow = interrupt(sink, 'main', when, () => land(sink, 'next'));
    expect(mainOf(await land(sink, 'own', {}, slow))).toMatchObject({ action: 'kept' });
    expect(pointsTo(sink, 'main')).toBe('next');
  },
);

test.each(['before', 'after'] as const)('an older commit that lands %s our move does not', async (when) => {
  const sink = makeMemorySink();
  await land(sink, 'old');
  const slow = interrupt(sink, 'main', when, () => land(sink, 'own'));
  expect(mainOf(await land(sink, 'next', {}, slow))).toMatchObject({ action: expect.stringMatching(/moved|same/) });
  expect(pointsTo(sink, 'main')).toBe('next');
});

test('a version that means another image is refused; the same image is none', async () => {
  const sink = makeMemorySink();
  await sink.putManifest('1.2.3', makeRoot('first'));
  const wanted = { tags: ['1.2.3'], moving: [], lasting: [{ tag: '1.2.3', names: 'version' }] } as const;
  await expect(refuseTakenVersions(wanted, makeRoot('first').digest, sink)).resolves.toBeUndefined();
  await expect(refuseTakenVersions(wanted, makeRoot('second').digest, sink)).rejects.toThrow(
    /^the version 1\.2\.3 is another image already: sha256:/,
  );
});
