import { BUNDLE_ARTIFACT, IN_TOTO_ARTIFACT, RECORD_ARTIFACT, SLSA_PROVENANCE, TEST_RESULT } from '../model/artifact.ts';
import type { ImageRecord } from '../model/record.ts';

type Published = NonNullable<ImageRecord['published']>;

const NAMES: Readonly<Record<string, string>> = {
  [RECORD_ARTIFACT]: 'record',
  [TEST_RESULT]: 'verdict',
  [SLSA_PROVENANCE]: 'provenance',
  'application/spdx+json': 'bill of materials',
  'application/vnd.cyclonedx+json': 'bill of materials',
};

/** What is attached to a published image, whether it is signed, and what to type to have it checked. */
export function attachmentLines({ attached = [], notAttached = [], reference }: Published): readonly string[] {
  const names = [...new Set(attached.map(({ artifactType, predicateType }) => nameOf(predicateType ?? artifactType)))];
  const unsigned = describeSigning(attached);
  return [
    ...(names.length === 0
      ? []
      : [`attached: ${names.join(', ')}${unsigned}; slipway verify ${verifiable(reference)}`]),
    ...notAttached.map((why) => `not attached: ${why}`),
  ];
}

function describeSigning(attached: NonNullable<Published['attached']>): string {
  const predicates = (type: string): (string | undefined)[] =>
    attached.filter(({ artifactType }) => artifactType === type).map(({ predicateType }) => predicateType);
  const signed = predicates(BUNDLE_ARTIFACT);
  const statements = predicates(IN_TOTO_ARTIFACT);
  if (statements.length === 0 && signed.length === 0) return '';
  const missing = statements.filter((type) => !signed.includes(type));
  if (missing.length === 0) return ` (signed: ${signed.map(nameOf).join(', ')})`;
  return signed.length === 0 ? ' (unsigned)' : ` (unsigned: ${missing.map(nameOf).join(', ')})`;
}

function nameOf(type = ''): string {
  return NAMES[type] ?? type;
}

/** A layout is named by `oci:DIR:DIGEST`, a registry's image by `REPOSITORY@DIGEST`. */
function verifiable(reference: string): string {
  return reference.startsWith('oci:') ? reference.replace(/@(sha256:[0-9a-f]{64})$/, ':$1') : reference;
}
