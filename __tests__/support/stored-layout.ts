import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './folder.ts';
import type { MemoryStore } from './layered-image.ts';

/** Writes everything of a store as an OCI layout whose index names these digests; returns its folder, gone after the test file. */
export async function storeLayout(
  store: MemoryStore,
  named: readonly { readonly digest: string; readonly name?: string }[],
): Promise<string> {
  const folder = await makeFolder({ 'oci-layout': '{"imageLayoutVersion":"1.0.0"}' });
  const blobs = join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  for (const [digest, bytes] of store.blobs) await writeFile(join(blobs, digest.slice('sha256:'.length)), bytes);
  for (const [digest, { bytes }] of store.manifests) {
    await writeFile(join(blobs, digest.slice('sha256:'.length)), bytes);
  }
  const manifests = named.map(({ digest, name }) => ({
    mediaType: store.manifests.get(digest)?.mediaType ?? 'application/vnd.oci.image.manifest.v1+json',
    digest,
    size: store.manifests.get(digest)?.bytes.byteLength ?? 2,
    ...(name === undefined ? {} : { annotations: { 'org.opencontainers.image.ref.name': name } }),
  }));
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  return folder;
}
