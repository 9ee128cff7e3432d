export type Compression = 'none' | 'gzip' | 'zstd';
export type ManifestKind = 'index' | 'manifest';

const MANIFESTS: Readonly<Record<string, ManifestKind>> = {
  'application/vnd.oci.image.index.v1+json': 'index',
  'application/vnd.docker.distribution.manifest.list.v2+json': 'index',
  'application/vnd.oci.image.manifest.v1+json': 'manifest',
  'application/vnd.docker.distribution.manifest.v2+json': 'manifest',
};

/** Whether a media type is an index or an image manifest, OCI or Docker v2; undefined for anything else. */
export function manifestKind(mediaType: string): ManifestKind | undefined {
  return MANIFESTS[mediaType];
}

const CONFIGS = new Set(['application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json']);

/** Whether a descriptor points to the config blob of a runnable image. */
export function isImageConfig(mediaType: string): boolean {
  return CONFIGS.has(mediaType);
}

const LAYER =
  /^application\/vnd\.(?:oci\.image\.layer(?:\.nondistributable)?\.v1\.tar(?:\+(gzip|zstd))?|docker\.image\.rootfs(?:\.foreign)?\.diff\.tar(?:\.(gzip|zstd))?)$/;

/** How a layer is compressed according to its media type (OCI image spec "layer", Docker image spec v2.2); undefined when it is not a layer. */
export function layerCompression(mediaType: string): Compression | undefined {
  const match = LAYER.exec(mediaType);
  if (match === null) return undefined;
  const suffix = match[1] ?? match[2];
  return suffix === 'gzip' || suffix === 'zstd' ? suffix : 'none';
}
