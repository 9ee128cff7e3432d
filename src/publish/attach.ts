import {
  type Artifact,
  type AttachedArtifact,
  CONTENT_ANNOTATION,
  type LateArtifact,
  POLICY_ANNOTATION,
  PREDICATE_ANNOTATION,
  REVISION_ANNOTATION,
} from '../model/artifact.ts';
import { type Digest, digestOf } from '../model/digest.ts';
import type { ImageSink } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { Descriptor, Referrer, StoredManifest } from '../model/image.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
/** The config of an artifact that needs none (OCI image spec 1.1, "Guidance for an Empty Descriptor"). */
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';
const EMPTY = Buffer.from('{}');
const EMPTY_CONTENT: Descriptor = { mediaType: EMPTY_TYPE, digest: digestOf(EMPTY), size: EMPTY.length };

/** Two artifacts that agree in these say the same: one digest may be built from two commits, and each has its own. */
const IDENTITY = [POLICY_ANNOTATION, REVISION_ANNOTATION, PREDICATE_ANNOTATION, CONTENT_ANNOTATION];

export type Attachment = { readonly attached: AttachedArtifact } | { readonly refused: string };

/** One artifact on its way: what is attached already, or what there is to attach. */
interface Prepared {
  readonly digest: Digest;
  readonly referrer?: Referrer;
}
type Outcome<T> = { readonly value: T } | { readonly fault: Fault };

/**
 * Attaches artifacts to a root that is there already, as referrers (OCI image spec 1.1, "subject"), all at the same time. One of the same type,
 * policy and commit that is there counts: a publish that is run again adds nothing. A registry that refuses artifacts is told about and no failure:
 * the image is right without them, unless one is required. Throws what the environment does wrong, unless the artifact is optional.
 */
export async function attachArtifacts(
  sink: ImageSink,
  root: StoredManifest,
  artifacts: readonly (Artifact | LateArtifact)[],
): Promise<readonly Attachment[]> {
  const [there, empty] = [once(() => sink.referrers(root.digest)), once(() => putSmall(sink, EMPTY_CONTENT, EMPTY))];
  const prepared = await tryAll(artifacts, async (artifact): Promise<Prepared> => {
    const same = (await there()).find((entry) => isSame(entry, artifact));
    return same ?? prepare(sink, root, artifact, empty);
  });
  // Sent together: where the registry does not list them itself, one list is written for all of them.
  const stored = await tryAll(prepared, async (outcome) => {
    if ('value' in outcome && outcome.value.referrer !== undefined)
      await sink.putReferrer(root.digest, outcome.value.referrer);
  });
  return artifacts.map((artifact, index) => conclude(artifact, prepared[index], stored[index]));
}

function isSame({ artifactType, annotations }: Descriptor, wanted: Artifact | LateArtifact): boolean {
  return (
    artifactType === wanted.artifactType && IDENTITY.every((name) => annotations?.[name] === wanted.annotations[name])
  );
}

/** Makes an artifact and stores what its manifest names. */
async function prepare(
  sink: ImageSink,
  root: StoredManifest,
  artifact: Artifact | LateArtifact,
  empty: () => Promise<void>,
): Promise<Prepared> {
  const { artifactType, annotations } = artifact;
  const bytes = 'make' in artifact ? await artifact.make() : artifact.bytes;
  const content = { mediaType: artifactType, digest: digestOf(bytes), size: bytes.byteLength };
  const manifest = describeArtifact(root, artifact, content);
  await Promise.all([empty(), putSmall(sink, content, bytes)]);
  return { digest: manifest.digest, referrer: { manifest, artifactType, annotations } };
}

function conclude(
  artifact: Artifact | LateArtifact,
  prepared: Outcome<Prepared> | undefined,
  stored: Outcome<void> | undefined,
): Attachment {
  const { artifactType, annotations } = artifact;
  const predicateType = annotations[PREDICATE_ANNOTATION];
  for (const outcome of [prepared, stored]) {
    if (outcome === undefined || 'value' in outcome) continue;
    if (mayBeMissing(outcome.fault, artifact)) return { refused: outcome.fault.message };
    throw outcome.fault;
  }
  if (prepared === undefined || 'fault' in prepared) throw new Error('an artifact was neither attached nor refused');
  const { digest } = prepared.value;
  return { attached: { artifactType, ...(predicateType === undefined ? {} : { predicateType }), digest } };
}

/** Does the same with each at the same time; faults are outcomes, anything else is thrown when nothing is under way any more. */
async function tryAll<A, T>(items: readonly A[], work: (item: A) => Promise<T>): Promise<Outcome<T>[]> {
  const settled = await Promise.allSettled(items.map(work));
  return settled.map((result) => {
    if (result.status === 'fulfilled') return { value: result.value };
    const reason: unknown = result.reason;
    if (reason instanceof Fault) return { fault: reason };
    throw reason;
  });
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask());
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
      config: EMPTY_CONTENT,
      layers: [content],
      subject: { mediaType: root.mediaType, digest: root.digest, size: root.bytes.byteLength },
      annotations: artifact.annotations,
    }),
  );
  return { bytes, mediaType: MANIFEST, digest: digestOf(bytes) };
}

async function putSmall(sink: ImageSink, descriptor: Descriptor, bytes: Uint8Array): Promise<void> {
  if (await sink.hasBlob(descriptor)) return;
  await sink.putBlob(descriptor, () => Promise.resolve(inOne(bytes)));
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
