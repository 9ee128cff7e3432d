/** A repository of Artifact Registry, out of the address images are pushed to. */
export interface ArtifactRepository {
  readonly host: string;
  readonly project: string;
  /** A region (`us-east1`) or a multi-region (`us`). */
  readonly location: string;
  readonly repository: string;
  /** `projects/P/locations/L/repositories/R` */
  readonly resource: string;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3})(?::\d+)?$/;
const HOST = /^([a-z]+(?:-[a-z]+\d+)?)-docker\.pkg\.dev$/;

/** The repository of `LOCATION-docker.pkg.dev/PROJECT/REPOSITORY[/…]`; undefined for another registry or a shorter path. `loopback` takes this machine for the location `local`. */
export function parseArtifactRepository(registry: string, loopback = false): ArtifactRepository | undefined {
  const [host = '', ...path] = registry.replace(/\/+$/, '').split('/');
  const location = HOST.exec(host)?.[1] ?? (loopback && LOOPBACK.test(host) ? 'local' : undefined);
  if (location === undefined) return undefined;
  // Projects of an organisation's own domain have it in front: example.com/project.
  const scoped = path[0]?.includes('.') === true;
  const [first, second, third] = path;
  const project = scoped && second !== undefined ? `${String(first)}:${second}` : first;
  const repository = scoped ? third : second;
  if (project === undefined || repository === undefined) return undefined;
  return {
    host,
    project,
    location,
    repository,
    resource: `projects/${project}/locations/${location}/repositories/${repository}`,
  };
}

/** Whether a Google token means something to the host; `loopback` counts this machine, for tests. */
export function isGoogleHost(host: string, loopback = false): boolean {
  if (loopback && LOOPBACK.test(host)) return true;
  return HOST.test(host) || /^(?:[a-z]+\.)?gcr\.io$/.test(host);
}
