import type { Config, ImageConfig } from '../../src/model/config.ts';
import { digestOf } from '../../src/model/digest.ts';
import type { LayerSize, SizeFacts, WasteFacts } from '../../src/model/facts.ts';
import type { ImageDescription, ImageRuntimeConfig, LayerDescriptor } from '../../src/model/image.ts';

/** An image of which nothing was written but its Dockerfile; tests spread one change over it. */
export function blankImage(change: Partial<ImageConfig> = {}): ImageConfig {
  return {
    name: 'api',
    dockerfile: 'Dockerfile',
    context: '.',
    args: {},
    secrets: [],
    ssh: [],
    platforms: [],
    kind: 'service',
    ports: [],
    env: {},
    with: [],
    tmpfs: ['/tmp'],
    size: {},
    healthyWithin: 120_000,
    stopsWithin: 10_000,
    http: [],
    hardened: { readOnly: true, capDrop: true, noNewPrivileges: true },
    run: [],
    provenance: 'min',
    compression: 'gzip',
    written: new Set(['dockerfile']),
    places: {},
    ...change,
  };
}

/** An image with these keys written, each at its own line of slipway.yml. */
export function writtenImage(keys: readonly string[], change: Partial<ImageConfig> = {}): ImageConfig {
  const places = Object.fromEntries(
    keys.map((key, index) => [key, { file: 'slipway.yml', line: index + 2, column: 5 }]),
  );
  return blankImage({ written: new Set(keys), places, ...change });
}

export function blankConfig(change: Partial<Config> = {}): Config {
  return {
    file: 'slipway.yml',
    directory: '/project',
    cache: 'auto',
    images: [blankImage()],
    rules: {},
    waivers: [],
    tags: { pullRequest: [], branch: [], release: [] },
    sign: 'auto',
    informational: false,
    warnings: [],
    ...change,
  };
}

export function blankRuntime(change: Partial<ImageRuntimeConfig> = {}): ImageRuntimeConfig {
  return {
    user: '',
    entrypoint: [],
    command: ['/bin/app'],
    env: [],
    labels: {},
    workingDirectory: '/',
    exposedPorts: [],
    volumes: [],
    stopSignal: 'SIGTERM',
    shell: [],
    ...change,
  };
}

export function layerOf(instruction: string, size = 1000, base = false): LayerDescriptor {
  const digest = digestOf(`${instruction} ${String(size)}`);
  return { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest, size, diffId: digest, instruction, base };
}

export function blankDescription(change: Partial<ImageDescription> = {}): ImageDescription {
  const manifest = digestOf('manifest');
  const config = digestOf('config');
  return {
    digests: { manifest, config },
    platform: { os: 'linux', architecture: 'amd64' },
    config: blankRuntime(),
    history: [],
    layers: [],
    manifest: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: manifest, size: 400 },
    configDescriptor: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config, size: 200 },
    attestations: [],
    baseSource: 'none',
    ...change,
  };
}

export function sizesOf(
  layers: readonly { instruction: string; size: number; unpacked: number; base?: boolean }[],
): SizeFacts {
  const sizes = layers.map((layer): LayerSize => ({
    ...layerOf(layer.instruction, layer.size, layer.base),
    unpackedBytes: layer.unpacked,
    entries: 1,
  }));
  return {
    downloadBytes: layers.reduce((sum, layer) => sum + layer.size, 200),
    unpackedBytes: layers.reduce((sum, layer) => sum + layer.unpacked, 0),
    layers: sizes,
  };
}

/** Waste of which every path is listed. */
export function wasteOf(paths: WasteFacts['paths'], totalBodyBytes = 1_000_000_000): WasteFacts {
  const groups = paths.map(({ layer, hiddenBy, cause, bytes }) => ({ layer, hiddenBy, cause, bytes, files: 1 }));
  return { totalBodyBytes, wastedBytes: paths.reduce((sum, path) => sum + path.bytes, 0), paths, groups };
}
