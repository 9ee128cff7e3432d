import { type Artifact, BUNDLE_ARTIFACT, type LateArtifact, PREDICATE_ANNOTATION } from '../model/artifact.ts';
import { Fault } from '../model/fault.ts';
import type { Signatures } from '../model/signatures.ts';

/** How tools find a bundle among the referrers without reading it (github.com/sigstore/cosign, specs/BUNDLE_SPEC.md). */
const BUNDLE_CONTENT = 'dev.sigstore.bundle.content';
export const BUNDLE_PREDICATE = 'dev.sigstore.bundle.predicateType';

/** Each statement as a signed bundle, which is made only where none is attached yet. */
export function signStatements(
  statements: readonly Artifact[],
  signatures: Signatures,
  demand: LateArtifact['demand'],
): readonly LateArtifact[] {
  return statements.map(({ annotations, bytes }) => {
    const predicate = annotations[PREDICATE_ANNOTATION] ?? '';
    return {
      artifactType: BUNDLE_ARTIFACT,
      annotations: { ...annotations, [BUNDLE_CONTENT]: 'dsse-envelope', [BUNDLE_PREDICATE]: predicate },
      demand,
      make: () => sign(bytes, predicate, signatures),
    };
  });
}

async function sign(statement: Uint8Array, predicate: string, signatures: Signatures): Promise<Uint8Array> {
  try {
    return await signatures.sign(statement);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const remedy = error.remedy === undefined ? {} : { remedy: error.remedy };
    throw new Fault(`the signature of ${predicate}: ${error.message}`, { kind: error.kind, cause: error, ...remedy });
  }
}
