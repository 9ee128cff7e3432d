import type { FindingRecord, ImageRecord, JudgedRecord, RunRecord } from '../model/record.ts';

type RecordedPlace = NonNullable<FindingRecord['place']>;

export interface SarifLocation {
  readonly physicalLocation?: object;
  readonly logicalLocations: readonly object[];
}

/** Where a result is shown: its own line, else the image's Dockerfile, else the config; code scanning refuses results without a file. */
export function sarifLocations(
  place: RecordedPlace | undefined,
  image: JudgedRecord & Pick<Partial<ImageRecord>, 'dockerfile'>,
  record: RunRecord,
): { readonly locations: readonly SarifLocation[] } {
  const own = place === undefined || place.inImage === true ? undefined : place;
  const file = own ?? fallback(image, record);
  const path = place?.inImage === true ? [{ fullyQualifiedName: `${image.name}:${place.file}`, kind: 'resource' }] : [];
  const logicalLocations = [{ fullyQualifiedName: image.name, kind: 'module' }, ...path];
  return { locations: [{ ...(file === undefined ? {} : { physicalLocation: toPhysical(file) }), logicalLocations }] };
}

function fallback(
  image: JudgedRecord & Pick<Partial<ImageRecord>, 'dockerfile'>,
  record: RunRecord,
): RecordedPlace | undefined {
  const file = image.dockerfile ?? record.config.file;
  return file === undefined ? undefined : { file, line: 1 };
}

function toPhysical(place: RecordedPlace): object {
  const uri = place.file.toWellFormed().replace(/^\.\//, '').split('/').map(encodeURIComponent).join('/');
  const region = {
    ...(place.line === undefined ? {} : { startLine: place.line }),
    ...(place.line === undefined || place.column === undefined ? {} : { startColumn: place.column }),
  };
  return {
    artifactLocation: place.file.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' },
    ...(place.line === undefined ? {} : { region }),
  };
}
