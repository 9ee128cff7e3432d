import { IN_TOTO_ARTIFACT, RECORD_ARTIFACT, SLSA_PROVENANCE, TEST_RESULT } from '../model/artifact.ts';
import type { ImageRecord } from '../model/record.ts';

type Published = NonNullable<ImageRecord['published']>;

const NAMES: Readonly<Record<string, string>> = {
  [RECORD_ARTIFACT]: 'record',
  [TEST_RESULT]: 'verdict',
  [SLSA_PROVENANCE]: 'provenance',
  'application/spdx+json': 'bill of materials',
  'application/vnd.cyclonedx+json': 'bill of materials',
};

/** What is attached to a published image, that nobody signed it, and what to type to have it checked. */
export function attachmentLines({ attached = [], notAttached = [], reference }: Published): readonly string[] {
  const names = attached.map(({ artifactType, predicateType }) => NAMES[predicateType ?? artifactType] ?? artifactType);
  const unsigned = attached.some(({ artifactType }) => artifactType === IN_TOTO_ARTIFACT) ? ' (unsigned)' : '';
  return [
    ...(names.length === 0
      ? []
      : [`attached: ${names.join(', ')}${unsigned}; slipway verify ${verifiable(reference)}`]),
    ...notAttached.map((why) => `not attached: ${why}`),
  ];
}

/** A layout is named by `oci:DIR:DIGEST`, a registry's image by `REPOSITORY@DIGEST`. */
function verifiable(reference: string): string {
  return reference.startsWith('oci:') ? reference.replace(/@(sha256:[0-9a-f]{64})$/, ':$1') : reference;
}
