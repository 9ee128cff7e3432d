import type { Artifact, LateArtifact } from '../../src/model/artifact.ts';
import type { ImageSink } from '../../src/model/effects.ts';
import type { StoredManifest } from '../../src/model/image.ts';
import { attachArtifacts, type Attachment } from '../../src/publish/attach.ts';

/** Attaches a single artifact. */
export async function attachArtifact(
  sink: ImageSink,
  root: StoredManifest,
  artifact: Artifact | LateArtifact,
): Promise<Attachment> {
  const [attachment] = await attachArtifacts(sink, root, [artifact]);
  if (attachment === undefined) throw new Error('nothing became of the artifact');
  return attachment;
}
