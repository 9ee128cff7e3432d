import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { isDigest, type Digest } from '../model/digest.ts';
import type { Files } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import { blobSize } from './blob-file.ts';
import { guard, systemCode } from './file-faults.ts';

/** The annotation that names an image inside a layout (OCI image spec "annotations"). */
export const REF_NAME = 'org.opencontainers.image.ref.name';

// Whatever else other writers put into an index stays there.
const DESCRIPTOR = z.looseObject({
  mediaType: z.string(),
  digest: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'not a sha256 digest'),
  size: z.number().int().nonnegative(),
  artifactType: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const INDEX = z.looseObject({ schemaVersion: z.literal(2), manifests: z.array(DESCRIPTOR) });
const INDEX_LIMIT = 16 * 2 ** 20;
const MARKER = z.object({ imageLayoutVersion: z.string() });

export type LayoutDescriptor = z.infer<typeof DESCRIPTOR>;
export type LayoutIndex = z.infer<typeof INDEX>;

/** The entry of a name, or the only entry for the digest. */
export function findEntry(index: LayoutIndex, reference: string): LayoutDescriptor | undefined {
  return index.manifests.find((entry) => entry.annotations?.[REF_NAME] === reference || entry.digest === reference);
}

/** Reads `index.json`; undefined when there is none; a Fault when the folder holds something else than a layout of version 1. */
export async function readLayoutIndex(directory: string): Promise<LayoutIndex | undefined> {
  const marker = await readJson(directory, 'oci-layout', MARKER);
  if (marker === undefined) return undefined;
  if (!marker.imageLayoutVersion.startsWith('1.')) {
    throw new Fault(`the OCI layout has version ${JSON.stringify(marker.imageLayoutVersion)}, 1.0.0 is known`, {
      where: directory,
    });
  }
  return readJson(directory, 'index.json', INDEX);
}

async function readJson<T>(directory: string, name: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const path = join(directory, name);
  const size = await blobSize(path);
  if (size === undefined) return undefined;
  if (size > INDEX_LIMIT)
    throw new Fault(`${name} is larger than 16 MiB`, { where: path, remedy: 'Choose another folder.' });
  const text = await guard('read', path, () => readFile(path, 'utf8'));
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Fault(`${name} is not what an OCI layout has there`, {
      where: path,
      remedy: 'Choose another folder, or remove this one.',
      cause,
    });
  }
}

/** Makes the folder a layout when it is none yet; a folder with other things in it stays usable, nothing of it is touched. */
export async function makeLayout(directory: string, files: Pick<Files, 'writeAtomic'>): Promise<void> {
  if ((await readLayoutIndex(directory)) !== undefined) return;
  await guard('make the folder', directory, () => mkdir(join(directory, 'blobs', 'sha256'), { recursive: true }));
  await updateLayoutIndex(directory, files, (index) => index);
  await files.writeAtomic(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}

/** Puts a descriptor under a name, in place of the one that had it. */
export function nameEntry(index: LayoutIndex, name: string, descriptor: LayoutDescriptor): LayoutIndex {
  const others = index.manifests.filter((entry) => entry.annotations?.[REF_NAME] !== name);
  return { ...index, manifests: [...others, { ...descriptor, annotations: { [REF_NAME]: name } }] };
}

const EMPTY: LayoutIndex = {
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [],
};

/** Reads, changes and replaces `index.json` while no other process does. */
export async function updateLayoutIndex(
  directory: string,
  files: Pick<Files, 'writeAtomic'>,
  change: (index: LayoutIndex) => LayoutIndex,
): Promise<void> {
  const release = await lock(join(directory, 'index.json.lock'));
  try {
    const index = (await readJson(directory, 'index.json', INDEX)) ?? EMPTY;
    await files.writeAtomic(join(directory, 'index.json'), JSON.stringify(change(index), undefined, 2));
  } finally {
    await release();
  }
}

// The lock is held for one small write; one older than this was left by a killed process.
const STALE = 10_000;
const PATIENCE = 30_000;

async function lock(path: string): Promise<() => Promise<void>> {
  const start = performance.now();
  while (performance.now() - start < PATIENCE) {
    if (await tryLock(path)) return () => rm(path, { force: true });
    await removeStale(path);
    await sleep(10 + Math.random() * 20);
  }
  throw new Fault('another process keeps the OCI layout locked', {
    kind: 'environment',
    where: path,
    remedy: 'Remove the lock file when no other process writes there.',
  });
}

async function tryLock(path: string): Promise<boolean> {
  return guard('lock', path, async () => {
    try {
      await (await open(path, 'wx')).close();
      return true;
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false;
      throw error;
    }
  });
}

/** Renamed before it is removed: of two processes that find the same stale lock only one gets it. */
async function removeStale(path: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs < STALE) return;
    const aside = `${path}.${randomBytes(6).toString('hex')}.stale`;
    await rename(path, aside);
    await rm(aside, { force: true });
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
