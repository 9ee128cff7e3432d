import type { ImageSource } from '../model/effects.ts';
import type { Descriptor, ImageDescription, StoredManifest } from '../model/image.ts';

/** Images that lie elsewhere and are handed out by digest; nothing of them is kept here. */
export interface ServedImages {
  add(source: ImageSource, image: ImageDescription): void;
  manifest(reference: string): Promise<StoredManifest | undefined>;
  /** A blob of an added image, with its length; undefined for any other digest. */
  blob(digest: string): { readonly size: number; open(): Promise<AsyncIterable<Uint8Array> | undefined> } | undefined;
}

export function makeServedImages(): ServedImages {
  const manifests = new Map<string, ImageSource>();
  const blobs = new Map<string, { readonly descriptor: Descriptor; readonly source: ImageSource }>();
  return {
    add(source, image) {
      manifests.set(image.manifest.digest, source);
      for (const descriptor of [image.configDescriptor, ...image.layers]) {
        blobs.set(descriptor.digest, { descriptor, source });
      }
    },
    manifest: async (reference) => manifests.get(reference)?.manifest(reference),
    blob(digest) {
      const found = blobs.get(digest);
      if (found === undefined) return undefined;
      return { size: found.descriptor.size, open: () => found.source.blob(found.descriptor) };
    },
  };
}
