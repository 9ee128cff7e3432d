/** Where cleared images go: a folder that becomes an OCI layout, or `host/path` to which the image's name is appended. */
export type Target =
  { readonly type: 'oci'; readonly directory: string } | { readonly type: 'registry'; readonly location: string };

/** The target as the user would write it. */
export function formatTarget(target: Target): string {
  return target.type === 'oci' ? `oci:${target.directory}` : target.location;
}
