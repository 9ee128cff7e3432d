import { expect, test } from '@jest/globals';
import { digestOf } from '../../src/model/digest.ts';
import type { StoredManifest } from '../../src/model/image.ts';
import type { MovingTag } from '../../src/model/release-version.ts';
import { settleTags } from '../../src/publish/tags.ts';
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
