import { type Artifact, CONTENT_ANNOTATION, CREATED_ANNOTATION, POLICY_ANNOTATION } from '../model/artifact.ts';
import { digestOf } from '../model/digest.ts';
import { Fault } from '../model/fault.ts';

/** How a bill of materials says what it is. */
const FORMATS = [
  { key: 'spdxVersion', artifactType: 'application/spdx+json' },
  { key: 'bomFormat', artifactType: 'application/vnd.cyclonedx+json' },
] as const;

/** A bill of materials that the user made, ready to be attached. Throws a Fault for a file that is neither SPDX nor CycloneDX in JSON. */
export function makeBillOfMaterials(
  bytes: Uint8Array,
  file: string,
  { policyHash, created }: { readonly policyHash: string; readonly created: string },
): Artifact {
  const document = parseObject(bytes);
  const format = FORMATS.find(({ key }) => typeof document?.[key] === 'string');
  if (format === undefined) {
    throw new Fault('this is no bill of materials in SPDX or CycloneDX, as JSON', {
      where: file,
      remedy: 'Write one with the tool of your choice, e.g. syft IMAGE -o spdx-json.',
    });
  }
  return {
    artifactType: format.artifactType,
    bytes,
    annotations: {
      [POLICY_ANNOTATION]: policyHash,
      [CONTENT_ANNOTATION]: digestOf(bytes),
      [CREATED_ANNOTATION]: created,
    },
  };
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const document: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof document === 'object' && document !== null ? { ...document } : undefined;
  } catch {
    return undefined;
  }
}
