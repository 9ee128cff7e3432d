import { join, relative } from 'node:path';
import { bakeJson } from '../model/bake-template.ts';
import type { EngineInfo } from '../model/engine.ts';
import type { CacheReference, PlannedImage } from '../model/plan.ts';
import { engineName, keptName, targetName } from './names.ts';
import { secretMounts } from './steps.ts';

/** What `buildx bake` is asked: the document for its stdin and the entitlements the config needs. */
export interface Definition {
  readonly json: string;
  /** Values of `--allow`. */
  readonly allow: readonly string[];
}

export interface DefinitionOptions {
  /** Folder that the images' paths are relative to, absolute and without symlinks. */
  readonly directory: string;
  readonly store: EngineInfo['store'];
  readonly runId: string;
  /** Seconds; absent when the work tree differs from the commit. */
  readonly sourceDateEpoch?: number | undefined;
  /** Environment variable of the child that holds a secret's value. */
  readonly secretVariable: (image: string, id: string) => string;
  /** Folders of local caches that hold something to read. */
  readonly filledCaches: ReadonlySet<string>;
}

/** One definition for all images, so that shared stages are built once. */
export function defineBake(images: readonly PlannedImage[], options: DefinitionOptions): Definition {
  const target = Object.fromEntries(images.map((image) => [targetName(image.name), defineTarget(image, options)]));
  const group = { default: { targets: Object.keys(target) } };
  return { json: bakeJson({ target, group }), allow: listEntitlements(images, options) };
}

function defineTarget({ name, config, ...image }: PlannedImage, options: DefinitionOptions): Record<string, unknown> {
  const { directory, sourceDateEpoch } = options;
  const epoch = sourceDateEpoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(sourceDateEpoch) };
  const cacheTo = options.store === 'containerd' ? image.cacheTo : [];
  return {
    context: join(directory, config.context),
    dockerfile: join(directory, config.dockerfile),
    ...(config.target === undefined ? {} : { target: config.target }),
    args: { ...epoch, ...config.args },
    ...(config.platforms.length === 0 ? {} : { platforms: config.platforms }),
    secret: config.secrets.map(({ id }) => fields({ type: 'env', id, env: options.secretVariable(name, id) })),
    ssh: config.ssh,
    attest: [
      fields({ type: 'provenance', ...provenanceOf(config.provenance, options.store) }),
      ...listingOf(config, options.store),
    ],
    output: [fields(outputOf(engineName(directory, name, options.runId), config.compression, options.store))],
    'cache-from': image.cacheFrom.filter((cache) => isReadable(cache, options)).map(cacheSource),
    'cache-to': cacheTo.map(cacheTarget),
    ...rebuildOf({ name, config, ...image }),
  };
}

/** The graph drivers keep no attestations: asking for one only makes the build fail. */
function provenanceOf(mode: 'min' | 'max' | 'off', store: EngineInfo['store']): Record<string, string> {
  return mode === 'off' || store === 'graph-driver' ? { disabled: 'true' } : { mode };
}

/** A bill of materials that BuildKit makes; a parameter as it is, since `,` cannot stand in a reference. */
function listingOf({ sbomGenerator }: PlannedImage['config'], store: EngineInfo['store']): string[] {
  return sbomGenerator === undefined || store === 'graph-driver'
    ? []
    : [fields({ type: 'sbom', generator: sbomGenerator })];
}

function outputOf(name: string, compression: string, store: EngineInfo['store']): Record<string, string> {
  if (store === 'graph-driver') return { type: 'docker', name };
  const layers: Record<string, string> = { compression };
  // The kept name moves with the export: the image that had it is let go without the engine's collecting garbage before it answers.
  const names = `${name},${keptName(name)}`;
  // without force, layers that the cache holds as gzip stay so, and the digest would depend on the cache
  if (compression !== 'gzip') layers['force-compression'] = 'true';
  return { type: 'image', name: names, unpack: 'true', 'oci-mediatypes': 'true', ...layers };
}

function isReadable(cache: CacheReference, { filledCaches }: DefinitionOptions): boolean {
  return cache.type !== 'local' || filledCaches.has(cache.location);
}

function cacheSource({ type, location }: CacheReference): string {
  return fields({ type, ...(type === 'local' ? { src: location } : placeOf(type, location)) });
}

/** Where the cache of GitHub Actions is and what opens it, buildx takes from the environment of its process. */
function placeOf(type: 'registry' | 'gha', location: string): Record<string, string> {
  return type === 'registry' ? { ref: location } : { scope: location };
}

/** A cache that cannot be written never fails a build. */
function cacheTarget({ type, location, mode = 'max' }: CacheReference): string {
  const place = type === 'local' ? { dest: location } : placeOf(type, location);
  return fields({ type, ...place, mode, 'ignore-error': 'true' });
}

/** Stages that mount a secret marked `rebuild` run again; an unnamed one cannot be picked, so the whole image does. */
function rebuildOf({ config, dockerfile }: PlannedImage): Record<string, unknown> {
  const ids = config.secrets.filter(({ rebuild }) => rebuild).map(({ id }) => id);
  if (ids.length === 0) return {};
  if (dockerfile.state !== 'known') return { 'no-cache': true };
  const { instructions, stages } = dockerfile.value;
  const mounting = instructions.filter(({ text }) => secretMounts(text).some((id) => ids.includes(id)));
  const names = mounting.map(({ stage }) => stages[stage]?.name);
  const named = names.filter((name) => name !== undefined);
  return named.length === names.length ? { 'no-cache-filter': [...new Set(named)] } : { 'no-cache': true };
}

/** Exactly what the config needs: bake refuses paths outside the folder it runs in, and ssh, without these. */
function listEntitlements(images: readonly PlannedImage[], options: DefinitionOptions): readonly string[] {
  const { directory } = options;
  const outside = (path: string): boolean => /^\.\.(?:\/|$)/.test(relative(directory, path));
  const reads = images.flatMap(({ config, cacheFrom }) => [
    join(directory, config.context),
    join(directory, config.dockerfile),
    ...cacheFrom
      .filter((cache) => cache.type === 'local' && isReadable(cache, options))
      .map(({ location }) => location),
  ]);
  const writes = images.flatMap(({ cacheTo }) => cacheTo.filter(({ type }) => type === 'local'));
  return [
    ...new Set([
      ...reads.filter(outside).map((path) => `fs.read=${path}`),
      ...writes
        .map(({ location }) => location)
        .filter(outside)
        .map((path) => `fs.write=${path}`),
      ...(images.some(({ config }) => config.ssh.length > 0) ? ['ssh'] : []),
    ]),
  ];
}

/** `key=value` pairs as BuildKit reads them: one record of comma-separated values (RFC 4180). */
function fields(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs)
    .map(([key, value]) => `${key}=${value}`)
    .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}
