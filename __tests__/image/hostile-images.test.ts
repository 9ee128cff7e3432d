import { expect, test } from '@jest/globals';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { digestOf } from '../../src/model/digest.ts';
import { exitCodeFor } from '../../src/model/record-verdict.ts';
import { judgeWithoutEngine } from '../support/gate.ts';
import {
  CONFIG_TYPE,
  INDEX_TYPE,
  type LayeredImageOptions,
  makeLayeredImage,
  makeMemoryStore,
  MANIFEST_TYPE,
  type MemoryStore,
} from '../support/layered-image.ts';
import { storeLayout } from '../support/stored-layout.ts';
import { type TarSpec, writeTar } from '../support/tar-writer.ts';

const APP: TarSpec = { name: 'app', body: 'x'.repeat(3000), mode: 0o755 };
const GOOD = { User: '1000:1000', Cmd: ['/app'] };
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';

/** Puts one image into the store and says which digests the layout names. */
type Put = (store: MemoryStore) => readonly { readonly digest: string }[];

const image =
  (layers: readonly (readonly TarSpec[])[], options: LayeredImageOptions = {}): Put =>
  (store) => [
    makeLayeredImage([writeTar([APP]), ...layers.map((specs) => writeTar(specs))], { config: GOOD, ...options }, store),
  ];
const layer = (...specs: readonly TarSpec[]): Put => image([specs]);

/** An image whose config is this document. */
const configured =
  (document: object): Put =>
  (store) => {
    const tar = writeTar([APP]);
    const layers = [store.putBlob(`${LAYER_TYPE}+gzip`, gzipSync(tar))];
    const whole = { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [digestOf(tar)] } };
    const config = store.putBlob(CONFIG_TYPE, Buffer.from(JSON.stringify({ ...whole, ...document })));
    return [store.putManifest(MANIFEST_TYPE, { config, layers })];
  };

/** A good image of which one blob was changed after its digest was taken. */
const damaged =
  (change: (bytes: Buffer) => Buffer | undefined, which: 'layer' | 'config' = 'layer'): Put =>
  (store) => {
    const good = makeLayeredImage([writeTar([APP])], { config: GOOD }, store);
    const digest = (which === 'layer' ? good.layers[0] : good.configDescriptor)?.digest ?? '';
    const bytes = change(Buffer.from(store.blobs.get(digest) ?? Buffer.alloc(0)));
    if (bytes === undefined) store.blobs.delete(digest);
    else store.blobs.set(digest, bytes);
    return [good];
  };

/** A layer blob that is exactly these bytes, described truthfully but for what is in them. */
const blob =
  (mediaType: string, bytes: Buffer, tar: Buffer = writeTar([APP])): Put =>
  (store) => {
    const good = makeLayeredImage([tar], { config: GOOD }, store);
    const layers = [store.putBlob(mediaType, bytes)];
    return [store.putManifest(MANIFEST_TYPE, { config: good.configDescriptor, layers })];
  };

/** Attestations of a good image, each with these statements. */
const attested =
  (statements: readonly Buffer[], count = 1): Put =>
  (store) => {
    const good = makeLayeredImage([writeTar([APP])], { config: GOOD }, store);
    const size = store.manifests.get(good.digest)?.bytes.byteLength;
    const layers = statements.map((bytes) => store.putBlob('application/vnd.in-toto+json', bytes));
    const entries = Array.from({ length: count }, (_, index) => ({
      ...store.putManifest(MANIFEST_TYPE, { config: good.configDescriptor, layers, annotations: { n: String(index) } }),
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': good.digest,
      },
    }));
    const manifests = [{ mediaType: MANIFEST_TYPE, digest: good.digest, size }, ...entries];
    return [store.putManifest(INDEX_TYPE, { manifests })];
  };

/** Indexes around an image, each of which names the one below so many times. */
const nested =
  (depth: number, times: number): Put =>
  (store) => {
    const good = makeLayeredImage([writeTar([APP])], { config: GOOD }, store);
    let inner = { mediaType: MANIFEST_TYPE, digest: good.digest as string, size: 0 };
    inner.size = store.manifests.get(good.digest)?.bytes.byteLength ?? 0;
    for (let level = 0; level < depth; level += 1) {
      inner = store.putManifest(INDEX_TYPE, { manifests: Array.from({ length: times }, () => inner) });
    }
    return [inner];
  };

const many = (count: number, make: (index: number) => TarSpec): readonly TarSpec[] =>
  Array.from({ length: count }, (_, index) => make(index));
const TAR = writeTar([APP]);
const FLIP = (bytes: Buffer): Buffer => {
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  return bytes;
};
const NESTED = Buffer.from(`${'['.repeat(2_000_000)}1${']'.repeat(2_000_000)}`);

test.each<[string, Put]>([
  ['an uncompressed layer', image([[{ name: 'b', body: 'b' }]], { form: 'none' })],
  ['a zstd layer', image([[{ name: 'b', body: 'b' }]], { form: 'zstd' })],
  ['Docker media types', image([[{ name: 'b', body: 'b' }]], { docker: true })],
  ['130 layers', image(many(129, (index) => ({ name: `f${String(index)}`, body: 'x' })).map((spec) => [spec]))],
  ['a layer without entries', image([[]])],
  ['a scratch image with one file', image([])],
  ['a nested index', nested(3, 1)],
  ['an index that names an image a hundred times at each of three levels', nested(3, 100)],
  ['missing history', configured({ config: GOOD })],
  ['history that accounts for other layers', configured({ config: GOOD, history: many(9, () => ({ name: 'x' })) })],
  ['null history', configured({ config: GOOD, history: null })],
  [
    'null fields wherever Go writes them',
    configured({ config: { ...GOOD, Env: null, Labels: null, Entrypoint: null, Volumes: null, Healthcheck: null } }),
  ],
  ['a symlink to itself', layer({ name: 'loop', type: '2', link: 'loop' })],
  ['two symlinks in a circle', layer({ name: 'a', type: '2', link: 'b' }, { name: 'b', type: '2', link: '/a' })],
  ['a symlink out of the root', layer({ name: 'out', type: '2', link: '../../../../../etc/passwd' })],
  ['duplicate entries', layer({ name: 'd', body: 'old' }, { name: 'd', body: 'new' }, { name: './d', body: 'last' })],
  ['a file that becomes a folder', layer({ name: 'd', body: 'x' }, { name: 'd/', type: '5' })],
  [
    'devices and a fifo',
    layer({ name: 'dev/sda', type: '4' }, { name: 'dev/mem', type: '3' }, { name: 'p', type: '6' }),
  ],
  ['an opaque marker in the root', layer({ name: '.wh..wh..opq' }, { ...APP, uid: 5 })],
  ['a whiteout of nothing', layer({ name: '.wh.nothing' }, { name: 'no/such/.wh.folder' })],
  ['bookkeeping of AUFS', layer({ name: '.wh..wh.plnk/', type: '5' }, { name: '.wh..wh.plnk/1.2', body: 'x' })],
  ['a whiteout whose name is as long as names can be', layer({ name: 'w', pax: { path: `.wh.${'n'.repeat(255)}` } })],
  ['names that are no UTF-8', layer({ name: 'caf\u00e9\u00ff', body: 'x' }, { name: 'caf\u00e9\u00fe', body: 'x' })],
  ['names with newlines and escapes', layer({ name: 'a\n::error::x\u001b[2J', body: 'x' })],
  ['a name called __proto__', layer({ name: '__proto__/constructor', body: 'x' }, { name: 'hasOwnProperty' })],
  [
    'bytes behind the end of the archive',
    blob(LAYER_TYPE, Buffer.concat([TAR, Buffer.alloc(9000, 7)]), Buffer.concat([TAR, Buffer.alloc(9000, 7)])),
  ],
  ['a statement that nests two million deep', attested([NESTED])],
  ['a statement that is no JSON', attested([Buffer.from('{"')])],
])('%s is judged', async (_, put) => {
  const record = await judge(put);
  expect(reasons(record)).toEqual([]);
  expect(failures(record)).toEqual([]);
  expect(exitCodeFor(record)).toBe(0);
});

test.each<[string, Put, RegExp]>([
  ['a flipped bit', damaged(FLIP), /has other bytes/],
  ['a truncated layer', damaged((bytes) => bytes.subarray(0, -20)), /has only \d+ bytes/],
  ['a layer that is longer', damaged((bytes) => Buffer.concat([bytes, bytes])), /has more bytes/],
  ['a layer that is not there', damaged(() => undefined), /is not there/],
  ['a config with other bytes', damaged(FLIP, 'config'), /has other bytes/],
  ['a config that is not there', damaged(() => undefined, 'config'), /is not there/],
  ['gzip cut before its end', blob(`${LAYER_TYPE}+gzip`, gzipSync(TAR).subarray(0, -20)), /not the gzip/],
  ['zstd cut before its end', blob(`${LAYER_TYPE}+zstd`, zstdCompressSync(TAR).subarray(0, -8)), /not the zstd/],
  ['zstd that says gzip', blob(`${LAYER_TYPE}+gzip`, zstdCompressSync(TAR)), /not the gzip/],
  ['gzip that says tar', blob(LAYER_TYPE, gzipSync(TAR)), /tar (?:header|stream)/],
  ['a layer of encrypted bytes', blob(`${LAYER_TYPE}+gzip+encrypted`, gzipSync(TAR)), /media type/],
  ['another archive than its diff id', blob(`${LAYER_TYPE}+gzip`, gzipSync(writeTar([]))), /the config says/],
  [
    'a tar that ends in an entry',
    blob(LAYER_TYPE, TAR.subarray(0, 2000), TAR.subarray(0, 2000)),
    /ends inside an entry/,
  ],
  ['an entry of 9 GiB that is not there', layer({ name: 'huge', size: 9 * 2 ** 30 }), /ends inside an entry/],
  ['a PAX size of 9 GiB that is not there', layer({ name: 'h', pax: { size: String(9 * 2 ** 30) } }), /ends inside/],
  ['a size beyond all numbers', layer({ name: 'h', pax: { size: '9'.repeat(30) } }), /impossible size/],
  ['a name that climbs out', layer({ name: '../../etc/cron.d/x', body: 'x' }), /leaves the image's root/],
  ['an absolute name that climbs out', layer({ name: '/a/../../x', body: 'x' }), /leaves the image's root/],
  ['a hard link out of the root', layer({ name: 'h', type: '1', link: '../../etc/shadow' }), /leaves the image's root/],
  ['a hard link to nothing', layer({ name: 'h', type: '1', link: 'nothing' }), /names "nothing", which is no file/],
  ['a folder through a file', layer({ name: 'f', body: 'x' }, { name: 'f/g', body: 'x' }), /goes through a file/],
  [
    'a folder through a circle',
    layer({ name: 's', type: '2', link: 's' }, { name: 's/g', body: 'x' }),
    /loop of symlinks/,
  ],
  ['a whiteout without a name', layer({ name: '.wh.' }), /names nothing/],
  ['a whiteout of its own folder', layer({ name: 'd/.wh..' }), /names nothing/],
  [
    'a path longer than paths can be',
    layer({ name: 'p', pax: { path: 'a/'.repeat(3000) } }),
    /longer than a path can be/,
  ],
  ['a name longer than names can be', layer({ name: 'p', pax: { path: 'n'.repeat(300) } }), /longer name than a file/],
  ['an unknown kind of entry', layer({ name: 'v', type: 'V' }), /unknown type "V"/],
  ['a config that is no object', configured({ config: 'root' }), /is not what its media type says: config/],
  ['a config whose environment is a map', configured({ config: { Env: { A: 'b' } } }), /config\.Env/],
  ['a config without layers', configured({ rootfs: { type: 'layers' } }), /has 1 layers, its config has 0 diff ids/],
  ['an index in circles deeper than any', nested(6, 1), /nests deeper than 4 levels/],
  ['an artifact manifest', artifact, /there is no image for/],
  ['an index of attestations alone', onlyAttestations, /there is no image for/],
  ['a manifest that is no JSON', raw('not json'), /media type|is not JSON/],
  [
    'more attestations than anyone attaches',
    attested([Buffer.from('{}')], 1200),
    /more attestations than can be looked/,
  ],
])('%s is undecided, and blocks', async (_, put, says) => {
  const record = await judge(put);
  expect(reasons(record)).toEqual(expect.arrayContaining([expect.stringMatching(says)]));
  expect(exitCodeFor(record)).toBe(1);
});

test('a setuid program beside a circle of links is found all the same', async () => {
  const record = await judge(
    layer({ name: 'loop', type: '2', link: 'loop' }, { name: 'opt/helper', mode: 0o4755, body: 'x' }),
  );
  expect(record.images[0]?.outcomes.find(({ rule }) => rule === 'user.setuid')).toMatchObject({ status: 'failed' });
});

function artifact(store: MemoryStore): readonly { readonly digest: string }[] {
  const config = store.putBlob('application/vnd.oci.empty.v1+json', Buffer.from('{}'));
  const layers = [store.putBlob('text/plain', Buffer.from('hello'))];
  return [store.putManifest(MANIFEST_TYPE, { artifactType: 'text/plain', config, layers })];
}

function onlyAttestations(store: MemoryStore): readonly { readonly digest: string }[] {
  const [entry] = artifact(store);
  const annotations = { 'vnd.docker.reference.type': 'attestation-manifest' };
  return [store.putManifest(INDEX_TYPE, { manifests: [{ mediaType: MANIFEST_TYPE, size: 1, ...entry, annotations }] })];
}

function raw(text: string): Put {
  return (store) => {
    const bytes = Buffer.from(text);
    store.manifests.set(digestOf(bytes), { bytes, mediaType: MANIFEST_TYPE, digest: digestOf(bytes) });
    return [{ digest: digestOf(bytes) }];
  };
}

async function judge(put: Put) {
  const store = makeMemoryStore();
  const named = put(store);
  return judgeWithoutEngine(await storeLayout(store, named), { containers: false });
}
type Judged = Awaited<ReturnType<typeof judge>>;

function reasons({ images }: Judged): string[] {
  const outcomes = images.flatMap((each) => each.outcomes).filter(({ status }) => status === 'undecided');
  return [...new Set(outcomes.map(({ reason }) => reason ?? ''))];
}
function failures({ images }: Judged): string[] {
  const outcomes = images.flatMap((each) => each.outcomes);
  return outcomes.filter(({ status, severity }) => status === 'failed' && severity === 'error').map(({ rule }) => rule);
}
