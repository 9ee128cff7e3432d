import { z } from 'zod';
import { digestOf, isDigest, type Digest } from '../model/digest.ts';
import type { Files, ImageSource, LayoutImage } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { Descriptor, StoredManifest } from '../model/image.ts';
import { type ArchivedFile, indexArchive } from './archive-index.ts';
import { openArchiveReader, type ArchiveReader } from './archive-reader.ts';
import { parseConfigBlob } from './config-blob.ts';
import { parseStored } from './manifest.ts';
import { isAttestation } from './platform.ts';

const REPACKED = 'the archive holds its layers as the engine unpacked them: what a registry would hold is not known';
const LAYOUT = z.object({
  manifests: z.array(
    z.object({
      mediaType: z.string(),
      digest: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'not a sha256 digest'),
      size: z.number(),
      artifactType: z.string().optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
  ),
});
// The "manifest.json" of docker save (moby image/spec v1.2).
const SAVED = z.array(
  z.object({ Config: z.string(), RepoTags: z.array(z.string()).nullish(), Layers: z.array(z.string()) }),
);
type Saved = z.infer<typeof SAVED>[number];

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG = 'application/vnd.docker.container.image.v1+json';
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar';

/**
 * The images of an archive as `docker save` writes it: an OCI layout inside a tar, or the older form, which has no manifests of its own.
 * Throws a Fault for a file that holds no image; damage in its layers is found where they are read.
 */
export async function openDockerArchive(files: Pick<Files, 'open'>, path: string): Promise<readonly LayoutImage[]> {
  const index = await indexArchive(files, path);
  const reader = openArchiveReader(files, index);
  const layout = index.find('oci-layout') === undefined ? undefined : await reader.text('index.json');
  const images = layout === undefined ? [] : listLayout(reader, layout, path);
  if (images.length > 0) return images;
  const saved = await reader.text('manifest.json');
  if (saved !== undefined) {
    const entries = parseStored(SAVED, saved, 'manifest.json');
    return Promise.all(entries.map((entry) => openSaved(reader, entry, path)));
  }
  if (index.damage !== undefined) throw await explainDamage(reader, index.damage, path);
  throw new Fault('the archive holds no image', {
    where: path,
    remedy: 'Name an archive that docker save wrote: it has a manifest.json or an index.json.',
  });
}

async function explainDamage(reader: ArchiveReader, cause: Fault, where: string): Promise<Fault> {
  if (await reader.isCompressed()) {
    return new Fault('the archive is compressed', { where, remedy: 'Unpack it first: gunzip FILE.', cause });
  }
  return new Fault(`the archive cannot be read: ${cause.message}`, {
    where,
    remedy: 'Name an archive that docker save wrote, or write this one again.',
    cause,
  });
}

function listLayout(reader: ArchiveReader, text: Buffer, path: string): LayoutImage[] {
  const { manifests } = parseStored(LAYOUT, text, 'index.json');
  const images = manifests.filter((entry) => !isAttestation(toDescriptor(entry)));
  const source: ImageSource = {
    description: `archive ${path}`,
    manifest: async (reference) => {
      const bytes = isDigest(reference) ? await reader.text(blobName(reference)) : undefined;
      return bytes === undefined || !isDigest(reference) ? undefined : toStored(reference, bytes);
    },
    blob: ({ digest }) => reader.stream(blobName(digest)),
  };
  return [...new Set(images.map(({ digest }) => digest))].map((digest) => ({
    source,
    digest,
    how: `read from the archive ${path}`,
    repacked: REPACKED,
    names: images.filter((entry) => entry.digest === digest).flatMap(({ annotations }) => nameIn(annotations ?? {})),
  }));
}

function toDescriptor({
  mediaType,
  digest,
  size,
  artifactType,
  annotations,
}: z.infer<typeof LAYOUT>['manifests'][number]) {
  const descriptor: Descriptor = {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return descriptor;
}

/** containerd keeps the whole name apart from the tag (its annotation `io.containerd.image.name`). */
function nameIn(annotations: Readonly<Record<string, string>>): readonly string[] {
  const name = annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name'];
  return name === undefined ? [] : [name];
}

function blobName(digest: Digest): string {
  return `blobs/sha256/${digest.slice('sha256:'.length)}`;
}

const KIND = z.object({ mediaType: z.string().optional(), manifests: z.unknown().optional() });

function toStored(digest: Digest, bytes: Buffer): StoredManifest {
  const { mediaType, manifests } = parseStored(KIND, bytes, `manifest ${digest}`);
  const guessed = manifests === undefined ? 'manifest' : 'index';
  return { digest, bytes, mediaType: mediaType ?? `application/vnd.oci.image.${guessed}.v1+json` };
}

/** An image of the older form, under the manifest that its config and layers would have as they lie here. */
async function openSaved(reader: ArchiveReader, saved: Saved, path: string): Promise<LayoutImage> {
  const body = (await reader.text(saved.Config)) ?? Buffer.alloc(0);
  const named = `sha256:${/([0-9a-f]{64})(?:\.json)?$/.exec(saved.Config)?.[1] ?? ''}`;
  const config = { mediaType: CONFIG, digest: isDigest(named) ? named : digestOf(body), size: body.length };
  const { diffIds } = parseConfigBlob(body, config.digest);
  const files = new Map<string, ArchivedFile>();
  const layers: Descriptor[] = [];
  for (const [position, name] of saved.Layers.entries()) {
    const layer = await describeLayer(reader, name, diffIds[position]);
    const file = reader.find(name);
    if (file !== undefined) files.set(layer.digest, file);
    layers.push(layer);
  }
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config, layers }));
  const digest = digestOf(bytes);
  const source: ImageSource = {
    description: `archive ${path}`,
    manifest: (reference) => Promise.resolve(reference === digest ? { digest, bytes, mediaType: MANIFEST } : undefined),
    blob: async (descriptor) => {
      if (descriptor.digest === config.digest) return reader.stream(saved.Config);
      const file = files.get(descriptor.digest);
      return file === undefined ? undefined : reader.open(file);
    },
  };
  return { source, digest, how: `read from the archive ${path}`, repacked: REPACKED, names: saved.RepoTags ?? [] };
}

/** What is not compressed has its diff id as digest, verified when it is read; anything else has to be read for one. */
async function describeLayer(reader: ArchiveReader, name: string, diffId: Digest | undefined): Promise<Descriptor> {
  const compression = await reader.compression(name);
  const size = reader.find(name)?.size ?? 0;
  if (compression === 'none') return { mediaType: LAYER, digest: diffId ?? digestOf(name), size };
  return { mediaType: `${LAYER}.${compression}`, digest: await reader.hash(name), size };
}
