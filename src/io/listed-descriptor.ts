import type { Descriptor } from '../model/image.ts';

/** An entry of an index as it was parsed. */
export interface ListedEntry extends Pick<Descriptor, 'mediaType' | 'digest' | 'size'> {
  readonly artifactType?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** The descriptor of an artifact that an index lists, without what else other writers put beside it. */
export function toDescriptor({ mediaType, digest, size, artifactType, annotations }: ListedEntry): Descriptor {
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}
