import {
  type Artifact,
  type AttachedArtifact,
  CONTENT_ANNOTATION,
  type LateArtifact,
  POLICY_ANNOTATION,
  PREDICATE_ANNOTATION,
  REVISION_ANNOTATION,
} from '../model/artifact.ts';
import { digestOf } from '../model/digest.ts';
import type { ImageSink } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { Descriptor, StoredManifest } from '../model/image.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
/** The config of an artifact that needs none (OCI image spec 1.1, "Guidance for an Empty Descriptor"). */
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';
const EMPTY = Buffer.from('{}');

/** Two artifacts that agree in these say the same: one digest may be built from two commits, and each has its own. */
const IDENTITY = [POLICY_ANNOTATION, REVISION_ANNOTATION, PREDICATE_ANNOTATION, CONTENT_ANNOTATION];

export type Attachment = { readonly attached: AttachedArtifact } | { readonly refused: string };

/**
 * Attaches an artifact to a root that is there already, as a referrer (OCI image spec 1.1, "subject"). One of the same type, policy and commit
 * that is there counts: a publish that is run again adds nothing. A registry that refuses artifacts is told about and no failure:
 * the image is right without it, unless the artifact is required. Throws what the environment does wrong, unless the artifact is optional.
 */
export async function attachArtifact(
  sink: ImageSink,
  root: StoredManifest,
  artifact: Artifact | LateArtifact,
): Promise<Attachment> {
  const { artifactType, annotations } = artifact;
  const predicateType = annotations[PREDICATE_ANNOTATION];
  const named = { artifactType, ...(predicateType === undefined ? {} : { predicateType }) };
  try {
    const there = await sink.referrers(root.digest, artifactType);
    const same = there.find((entry) => IDENTITY.every((name) => entry.annotations?.[name] === annotations[name]));
    if (same !== undefined) return { attached: { ...named, digest: same.digest } };
    const bytes = 'make' in artifact ? await artifact.make() : artifact.bytes;
    const content = { mediaType: artifactType, digest: digestOf(bytes), size: bytes.byteLength };
    const manifest = describeArtifact(root, artifact, content);
    await putSmall(sink, { mediaType: EMPTY_TYPE, digest: digestOf(EMPTY), size: EMPTY.length }, EMPTY);
    await putSmall(sink, content, bytes);
    await sink.putReferrer(root.digest, { manifest, artifactType, annotations });
    return { attached: { ...named, digest: manifest.digest } };
  } catch (error) {
    if (error instanceof Fault && mayBeMissing(error, artifact)) return { refused: error.message };
    throw error;
  }
}

function mayBeMissing({ kind }: Fault, artifact: Artifact | LateArtifact): boolean {
  return 'demand' in artifact ? artifact.demand === 'optional' : kind === 'user';
}

function describeArtifact(
  root: StoredManifest,
  artifact: Pick<Artifact, 'artifactType' | 'annotations'>,
  content: Descriptor,
): StoredManifest {
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      artifactType: artifact.artifactType,
      config: { mediaType: EMPTY_TYPE, digest: digestOf(EMPTY), size: EMPTY.length },
      layers: [content],
      subject: { mediaType: root.mediaType, digest: root.digest, size: root.bytes.byteLength },
      annotations: artifact.annotations,
    }),
  );
  return { bytes, mediaType: MANIFEST, digest: digestOf(bytes) };
}

async function putSmall(sink: ImageSink, descriptor: Descriptor, bytes: Uint8Array): Promise<void> {
  if (await sink.hasBlob(descriptor)) return;
  await sink.putBlob(descriptor, () => Promise.resolve(once(bytes)));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
