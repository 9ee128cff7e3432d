import { expect, test } from '@jest/globals';
import { digestOf } from '../../src/model/digest.ts';
import type { ImageSink } from '../../src/model/effects.ts';
import { Fault } from '../../src/model/fault.ts';
import type { ImageDigests } from '../../src/model/image.ts';
import { clear } from '../../src/publish/clear.ts';
import type { ClearedImage } from '../../src/publish/clear.ts';
import { publishImage } from '../../src/publish/publish.ts';
import { makeScriptedClock } from '../support/clock.ts';
import { makeMemoryImage } from '../support/memory-image.ts';
import type { MemoryImage } from '../support/memory-image.ts';
import { makeMemorySink } from '../support/memory-sink.ts';

function effects(signal = new AbortController().signal) {
  return { clock: makeScriptedClock(), signal };
}

function clearedOf(digests: ImageDigests): ClearedImage {
  const passed = { rule: 'platform', status: 'passed', severity: 'error', findings: [] } as const;
  const clearance = clear({ gpu: 'none', built: { name: 'api', digests }, judged: digests, outcomes: [passed] });
  if (!clearance.cleared) throw new Error('not cleared');
  return clearance.image;
}

const NO_TAGS = { tags: [], moving: [] };

function publish(image: MemoryImage, sink: ImageSink, tags: readonly string[] = ['v1', 'latest']) {
  return publishImage(effects(), clearedOf(image.digests), image.source, sink, { tags, moving: [] });
}

test('blobs first, the platform before its attestation, the index by digest, tags last', async () => {
  const image = makeMemoryImage();
  const sink = makeMemorySink();
  const published = await publish(image, sink);
  const { index, manifest } = image.digests;
  expect(sink.log.slice(0, 5).every((line) => line.startsWith('blob '))).toBe(true);
  expect(sink.log.slice(5)).toEqual([
    `manifest ${manifest}`,
    `manifest ${image.attestation}`,
    `manifest ${index}`,
    'manifest v1',
    'manifest latest',
  ]);
  expect(published).toEqual({
    name: 'api',
    reference: `memory/api@${index}`,
    digest: index,
    attached: [],
    notAttached: [],
    tags: [
      { tag: 'v1', action: 'created', reason: 'new' },
      { tag: 'latest', action: 'created', reason: 'new' },
    ],
    uploadedBlobs: 5,
    mountedBlobs: 0,
    presentBlobs: 0,
    uploadedBytes: [...image.blobs.values()].reduce((sum, bytes) => sum + bytes.length, 0),
    elapsed: 0,
    retries: [],
  });
  expect(sink.manifests.get('latest')?.bytes).toEqual(image.manifests.get(index)?.bytes);
});

test('a second publish writes nothing', async () => {
  const image = makeMemoryImage();
  const sink = makeMemorySink();
  await publish(image, sink);
  sink.log.length = 0;
  const again = await publish(image, sink);
  expect(sink.log).toEqual([]);
  expect(again).toMatchObject({ uploadedBlobs: 0, presentBlobs: 5, uploadedBytes: 0 });
  expect(again.tags.map((tag) => tag.action)).toEqual(['same', 'same']);
});

test('a tag that points elsewhere is moved and says from where', async () => {
  const sink = makeMemorySink();
  const [old, next] = [makeMemoryImage(['old']), makeMemoryImage(['new'])];
  await publish(old, sink, ['latest']);
  const published = await publish(next, sink, ['latest', 'latest']);
  expect(published.tags).toEqual([
    { tag: 'latest', action: 'moved', reason: `pointed to ${old.digests.index.slice(7, 19)}` },
  ]);
});

test('a bare manifest is published as it is', async () => {
  const image = makeMemoryImage();
  const { manifest, config } = image.digests;
  const sink = makeMemorySink();
  const published = await publishImage(effects(), clearedOf({ manifest, config }), image.source, sink, {
    tags: ['v1'],
    moving: [],
  });
  expect(published.digest).toBe(manifest);
  expect(sink.log.slice(-2)).toEqual([`manifest ${manifest}`, 'manifest v1']);
});

test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])(
  'killed after %d writes, run again, it finishes and repeats nothing',
  async (writes) => {
    const image = makeMemoryImage();
    const sink = makeMemorySink();
    let left = writes;
    const spend = () => {
      left -= 1;
      if (left < 0) throw new Error('killed');
    };
    const dying: ImageSink = {
      ...sink,
      putBlob: (...parameters) => (spend(), sink.putBlob(...parameters)),
      putManifest: (...parameters) => (spend(), sink.putManifest(...parameters)),
    };
    await expect(publish(image, dying)).rejects.toThrow('killed');
    expect(sink.log).toHaveLength(writes);
    expect(sink.manifests.has('latest')).toBe(false);
    const published = await publish(image, sink);
    expect(published.digest).toBe(image.digests.index);
    expect(new Set(sink.log).size).toBe(10);
    expect(sink.log).toHaveLength(10);
  },
);

test.each(['longer', 'shorter', 'other', 'gone'])('a blob that is %s is never tagged', async (damage) => {
  const image = makeMemoryImage();
  const layer = image.layers[0] ?? digestOf('');
  const replacement = { longer: 'first layer!', shorter: 'first', other: 'FIRST LAYER' }[damage];
  if (replacement === undefined) image.blobs.delete(layer);
  else image.blobs.set(layer, Buffer.from(replacement));
  const sink = makeMemorySink();
  await expect(publish(image, sink)).rejects.toThrow(Fault);
  expect(sink.blobs.has(layer)).toBe(false);
  expect(sink.log.filter((line) => line.startsWith('manifest'))).toEqual([]);
});

test.each(['changed', 'gone', 'no json', 'no manifest'])(
  'a manifest that is %s stops before anything is written',
  async (damage) => {
    const image = makeMemoryImage();
    const { manifest } = image.digests;
    const stored = image.manifests.get(manifest);
    if (damage === 'gone') image.manifests.delete(manifest);
    else if (stored !== undefined && damage === 'changed') {
      image.manifests.set(manifest, { ...stored, bytes: Buffer.concat([stored.bytes, Buffer.from(' ')]) });
    }
    const text = damage === 'no json' ? '{' : '{"schemaVersion":2}';
    const root = damage.startsWith('no ') ? digestOf(text) : image.digests.index;
    if (damage.startsWith('no ')) image.manifests.set(root, { bytes: Buffer.from(text), mediaType: 'x', digest: root });
    const sink = makeMemorySink();
    const attempt = publishImage(effects(), clearedOf({ ...image.digests, index: root }), image.source, sink, {
      tags: ['v1'],
      moving: [],
    });
    await expect(attempt).rejects.toThrow(Fault);
    expect(sink.log).toEqual([]);
  },
);

test('an index that holds another manifest than the checked one is refused', async () => {
  const image = makeMemoryImage();
  const sink = makeMemorySink();
  const attempt = publishImage(
    effects(),
    clearedOf({ ...image.digests, manifest: digestOf('other') }),
    image.source,
    sink,
    NO_TAGS,
  );
  await expect(attempt).rejects.toThrow(/does not hold the manifest/);
  expect(sink.log).toEqual([]);
});

test('a wrong digest read back is a Fault and no tag moves', async () => {
  const image = makeMemoryImage();
  const other = { digest: digestOf('other'), mediaType: 'x' };
  const inner = makeMemorySink();
  const reads: string[] = [];
  const sink: ImageSink = {
    ...inner,
    head: async (reference) => {
      reads.push(reference);
      const isReadBack = reads.filter((read) => read === image.digests.index).length === 2;
      return isReadBack ? other : inner.head(reference);
    },
  };
  await expect(publish(image, sink)).rejects.toThrow(/which was checked/);
  expect(inner.log).not.toContain('manifest v1');
});

test.each(['putManifest', 'head'] as const)(
  'a store that changes what a tag points to is found out by %s',
  async (way) => {
    const image = makeMemoryImage();
    const inner = makeMemorySink();
    const other = digestOf('other');
    const sink: ImageSink = {
      ...inner,
      putManifest: async (reference, manifest) => {
        const digest = await inner.putManifest(reference, manifest);
        return way === 'putManifest' && reference === 'v1' ? other : digest;
      },
      head: async (reference) => {
        const seen = await inner.head(reference);
        return way === 'head' && reference === 'v1' && seen !== undefined ? { ...seen, digest: other } : seen;
      },
    };
    await expect(publish(image, sink)).rejects.toThrow(`v1 is ${other} after the push`);
    expect(inner.manifests.has('latest')).toBe(false);
  },
);

test('a cancelled run stops before the next write', async () => {
  const image = makeMemoryImage();
  const controller = new AbortController();
  const inner = makeMemorySink();
  const sink: ImageSink = {
    ...inner,
    putManifest: (...parameters) => {
      controller.abort(new Error('cancelled'));
      return inner.putManifest(...parameters);
    },
  };
  const attempt = publishImage(effects(controller.signal), clearedOf(image.digests), image.source, sink, {
    tags: ['v1'],
    moving: [],
  });
  await expect(attempt).rejects.toThrow('cancelled');
  expect(inner.log.filter((line) => line.startsWith('manifest'))).toEqual([`manifest ${image.digests.manifest}`]);
});

test('what was not cleared here is refused, whatever the compiler was told', async () => {
  const image = makeMemoryImage();
  const forged = { name: 'api', digests: image.digests } as ClearedImage;
  await expect(publishImage(effects(), forged, image.source, makeMemorySink(), NO_TAGS)).rejects.toThrow(
    /was not cleared/,
  );
});

test('retries of the sink are part of the result', async () => {
  const published = await publish(makeMemoryImage(), makeMemorySink({ retries: ['503 once'] }));
  expect(published.retries).toEqual(['503 once']);
});

test('layers that may not be distributed are left to their own address, and indexes nest only so deep', async () => {
  const image = makeMemoryImage();
  const put = (document: object) => {
    const bytes = Buffer.from(JSON.stringify(document));
    const digest = digestOf(bytes);
    image.manifests.set(digest, { bytes, mediaType: 'x', digest });
    return { mediaType: 'x', digest, size: bytes.length };
  };
  const config = { mediaType: 'c', digest: image.digests.config, size: image.blobs.get(image.digests.config)?.length };
  const foreign = {
    mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar',
    digest: digestOf('f'),
    size: 9,
  };
  const manifest = put({ config, layers: [foreign] });
  const digests = { manifest: manifest.digest, config: image.digests.config };
  const published = await publishImage(effects(), clearedOf(digests), image.source, makeMemorySink(), NO_TAGS);
  expect(published.uploadedBlobs).toBe(1);
  let link = manifest;
  for (let depth = 0; depth < 5; depth += 1) link = put({ manifests: [link] });
  const deep = publishImage(
    effects(),
    clearedOf({ ...digests, index: link.digest }),
    image.source,
    makeMemorySink(),
    NO_TAGS,
  );
  await expect(deep).rejects.toThrow(/nests indexes too deep/);
});

test('a version that means another image stops the push before a byte travels', async () => {
  const sink = makeMemorySink();
  await publish(makeMemoryImage(['old']), sink, ['1.2.3']);
  sink.log.length = 0;
  const next = makeMemoryImage(['new']);
  const wanted = { tags: ['1.2.3'], moving: [], lasting: [{ tag: '1.2.3', names: 'version' }] } as const;
  const pushed = publishImage(effects(), clearedOf(next.digests), next.source, sink, wanted);
  await expect(pushed).rejects.toThrow(/the version 1\.2\.3 is another image already/);
  expect(sink.log).toEqual([]);
});

/** A store that takes a manifest only when its subject is there already, as some registries do. */
function makeStrictSink() {
  const inner = makeMemorySink();
  const refuse = (bytes: Uint8Array): void => {
    const { subject } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { subject?: { digest: string } };
    if (subject !== undefined && !inner.manifests.has(subject.digest))
      throw new Fault(`MANIFEST_INVALID: subject ${subject.digest} is not known`);
  };
  const sink: typeof inner = {
    ...inner,
    putManifest: (reference, manifest) => {
      refuse(manifest.bytes);
      return inner.putManifest(reference, manifest);
    },
    putReferrer: (subject, referrer) => {
      refuse(referrer.manifest.bytes);
      return inner.putReferrer(subject, referrer);
    },
  };
  return sink;
}

test.each(['image', 'artifact'] as const)(
  'BuildKit’s attestation as an %s goes to a registry that refuses a missing subject, and so does what we attach',
  async (form) => {
    const image = makeMemoryImage(undefined, form);
    const sink = makeStrictSink();
    const artifact = { artifactType: 'application/vnd.example+json', bytes: Buffer.from('{}'), annotations: {} };
    const wanted = { ...NO_TAGS, tags: ['v1'], artifacts: [artifact] };
    const published = await publishImage(effects(), clearedOf(image.digests), image.source, sink, wanted);
    expect(published).toMatchObject({
      digest: image.digests.index,
      notAttached: [],
      attached: [artifact].map(({ artifactType }) => ({ artifactType })),
    });
    expect(sink.manifests.get(image.attestation)?.bytes).toEqual(image.manifests.get(image.attestation)?.bytes);
    expect(sink.log.slice(-2)).toEqual(['referrer application/vnd.example+json', 'manifest v1']);
  },
);
