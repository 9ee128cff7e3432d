import docker from '@swimlane/docker-reference';
import { Fault } from '../model/fault.ts';

/** A repository of a registry, and what a reference names in it. */
export interface RegistryReference {
  /** Host with its port as the user wrote it: the key of its credentials. */
  readonly host: string;
  /** Where requests go. */
  readonly origin: string;
  readonly repository: string;
  /** Tag or digest; `latest` where the reference names neither. */
  readonly reference: string;
}

const DOCKER_HUB = 'docker.io';
const DOCKER_HUB_ORIGIN = 'https://registry-1.docker.io';

/** Reads `python:3.11-slim` or `host:5000/path/api@sha256:…`. Throws a Fault for what is no reference. */
export function parseRegistryReference(text: string): RegistryReference {
  const parsed = parse(text);
  const host = parsed.domain ?? DOCKER_HUB;
  return {
    host,
    origin: originOf(host),
    repository: parsed.repository ?? '',
    reference: parsed.digest ?? parsed.tag ?? 'latest',
  };
}

function parse(text: string): InstanceType<typeof docker.Reference> {
  try {
    return docker.parseFamiliarName(text);
  } catch (cause) {
    throw new Fault(`${JSON.stringify(text.slice(0, 200))} is not an image reference`, {
      remedy: 'Write host/path/name, for example registry.example.com/team/api.',
      cause,
    });
  }
}

/** Plain http is spoken only to this machine itself. */
function originOf(host: string): string {
  if (host === DOCKER_HUB) return DOCKER_HUB_ORIGIN;
  return `${isLoopbackHost(host.replace(/:\d+$/, '')) ? 'http' : 'https'}://${host}`;
}

/** Whether the host name, without a port, can only mean this machine. */
export function isLoopbackHost(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** Whether credentials and image bytes may travel to the URL. */
export function isTrustworthy(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
}
