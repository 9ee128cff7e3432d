import type { HttpCheck, JobRunCheck } from '../model/check-config.ts';
import type { BuildSecret, ComposeReference, HardenedExpectation, ImageConfig } from '../model/config.ts';
import type { GpuConfig } from '../model/gpu-config.ts';
import type { Place } from '../model/place.ts';
import type { ParsedHttp, ParsedRun } from './check-schema.ts';
import { ancestorsOf, strangeTo } from './cross-checks.ts';
import { resolveGpu } from './gpu.ts';
import type { ParsedImage } from './image-schema.ts';
import { keyPlaceAt, partAt, valuePlaceAt } from './located.ts';
import type { Located } from './located.ts';
import { toHttpExpectation, toRunExpectation } from './resolve-checks.ts';
import { parseEnvValue } from './sources.ts';
import { findProfile } from '../model/profiles.ts';
import type { ProfileDefaults } from '../model/profile.ts';

const DEFAULT_HEALTHY = 120_000;
const DEFAULT_STOP = 10_000;

interface PlacedImage {
  readonly parsed: ParsedImage;
  readonly places: Readonly<Record<string, Place>>;
  readonly http: readonly HttpCheck[];
  readonly run: readonly JobRunCheck[];
  readonly gpu?: GpuConfig;
}

/** Images with what they extend merged in and defaults filled in; the input has passed every check. Without `root` nothing counts as written. */
export function resolveImages(images: Readonly<Record<string, ParsedImage>>, root?: Located): ImageConfig[] {
  return Object.keys(images).map((name) => {
    const chain = [name, ...ancestorsOf(name, (image) => images[image]?.extends)].reverse();
    const placed = chain.flatMap((image) => {
      const parsed = images[image];
      return parsed === undefined ? [] : [placeImage(image, parsed, root)];
    });
    return fillIn(name, placed.reduce(mergeImages));
  });
}

function placeImage(name: string, parsed: ParsedImage, root: Located | undefined): PlacedImage {
  if (root === undefined) return { parsed, places: {}, http: [], run: [] };
  const path = ['images', name];
  const http = (parsed.http ?? []).map((check, index) =>
    toHttpCheck(check, valuePlaceAt(root, [...path, 'http', index])),
  );
  const run = (parsed.run ?? []).map((check, index) => toRunCheck(check, valuePlaceAt(root, [...path, 'run', index])));
  const gpu = parsed.gpu === undefined ? {} : { gpu: resolveGpu(parsed.gpu, root, [...path, 'gpu']) };
  return { parsed, places: placesOf(root, name), http, run, ...gpu };
}

/** Maps whose keys have places and count as written on their own. */
const NESTED = ['size', 'args', 'env', 'secrets', 'hardened', 'gpu'];

function placesOf(root: Located, name: string): Record<string, Place> {
  const image = partAt(root, ['images', name]);
  if (image?.kind !== 'map') return {};
  const places: [string, Place][] = [];
  for (const [key, { keyPlace, value }] of image.entries) {
    places.push([key, keyPlace]);
    if (key === 'size' && value.kind === 'scalar') places.push(['size.unpacked', keyPlace]);
    if (key === 'hardened' && value.kind === 'scalar')
      places.push(...HARDENED.map((part) => [part, keyPlace] as [string, Place]));
    if (!NESTED.includes(key) || value.kind !== 'map') continue;
    for (const [inner, { value: innerValue }] of value.entries) {
      // Written as not needed is not written as needed.
      if (key === 'hardened' && innerValue.kind === 'scalar' && innerValue.value === false) continue;
      places.push([`${key}.${inner}`, keyPlaceAt(root, ['images', name, key, inner])]);
    }
  }
  return Object.fromEntries(places);
}

const HARDENED = ['hardened.read-only', 'hardened.cap-drop', 'hardened.no-new-privileges'];

/** `args` are merged name by name; every other key of the child replaces the parent's. A child of another kind leaves behind what its kind knows nothing of. */
function mergeImages(whole: PlacedImage, child: PlacedImage): PlacedImage {
  const { kind } = child.parsed;
  const parent =
    kind === undefined || kind === (whole.parsed.kind ?? 'service') ? whole : without(whole, strangeTo(kind));
  const replaced = new Set(Object.keys(child.parsed).filter((key) => key !== 'args'));
  const kept = Object.entries(parent.places).filter(([key]) => !replaced.has(key.split('.')[0] ?? key));
  return {
    parsed: {
      ...parent.parsed,
      ...child.parsed,
      ...(parent.parsed.args === undefined && child.parsed.args === undefined
        ? {}
        : { args: { ...parent.parsed.args, ...child.parsed.args } }),
    },
    places: { ...Object.fromEntries(kept), ...child.places },
    http: child.parsed.http === undefined ? parent.http : child.http,
    run: child.parsed.run === undefined ? parent.run : child.run,
    ...optionalGpu(child.gpu ?? parent.gpu),
  };
}

function without({ parsed, places, ...image }: PlacedImage, keys: readonly string[]): PlacedImage {
  const isKept = ([key]: [string, unknown]): boolean => !keys.includes(key.split('.')[0] ?? key);
  return {
    ...image,
    parsed: Object.fromEntries(Object.entries(parsed).filter(isKept)),
    places: Object.fromEntries(Object.entries(places).filter(isKept)),
    http: keys.includes('http') ? [] : image.http,
    run: keys.includes('run') ? [] : image.run,
  };
}

function optionalGpu(gpu: GpuConfig | undefined): Pick<PlacedImage, 'gpu'> {
  return gpu === undefined ? {} : { gpu };
}

function toHttpCheck(check: ParsedHttp, place: Place): HttpCheck {
  return { ...toHttpExpectation(check, place), path: check.post ?? check.get ?? '/' };
}

function toRunCheck(check: ParsedRun, place: Place): JobRunCheck {
  const { command } = check;
  return { ...toRunExpectation(check, place), ...(command === undefined ? {} : { command }) };
}

function toSecrets(secrets: ParsedImage['secrets']): BuildSecret[] {
  return Object.entries(secrets ?? {}).map(([id, secret]) =>
    typeof secret.from === 'string'
      ? { id, source: secret, rebuild: false }
      : { id, source: secret.from, rebuild: secret.rebuild ?? false },
  );
}

function toReferences(references: ParsedImage['with']): ComposeReference[] {
  const list = references === undefined ? [] : typeof references === 'string' ? [references] : references;
  return list.map((reference) => {
    const [file = '', service = ''] = reference.split('#');
    return { file, service };
  });
}

function fillIn(name: string, { parsed, places, http, run, gpu }: PlacedImage): ImageConfig {
  const { size } = parsed;
  const defaults = findProfile(parsed.profile)?.defaults ?? {};
  const kind = parsed.kind ?? defaults.kind ?? 'service';
  return {
    name,
    dockerfile: parsed.dockerfile ?? 'Dockerfile',
    context: parsed.context ?? '.',
    args: parsed.args ?? {},
    secrets: toSecrets(parsed.secrets),
    ssh: parsed.ssh ?? [],
    platforms: parsed.platforms ?? defaults.platforms ?? [],
    kind,
    ports: parsed.ports ?? [],
    env: Object.fromEntries(Object.entries(parsed.env ?? {}).map(([key, text]) => [key, parseEnvValue(text)])),
    with: toReferences(parsed.with),
    tmpfs: parsed.tmpfs ?? ['/tmp'],
    size: typeof size === 'number' ? { unpacked: size } : toBudget(size ?? {}),
    healthyWithin: parsed['healthy-within'] ?? DEFAULT_HEALTHY,
    stopsWithin: parsed['stops-within'] ?? defaults.stopsWithin ?? DEFAULT_STOP,
    http,
    run,
    provenance: parsed.provenance ?? 'min',
    compression: parsed.compression ?? 'gzip',
    hardened: toHardened(parsed.hardened),
    ...optionalKeys(parsed, kind === 'service' ? defaults : {}),
    ...optionalGpu(gpu),
    written: new Set(Object.keys(places)),
    places,
  };
}

function toHardened(hardened: ParsedImage['hardened']): HardenedExpectation {
  const written = hardened === true || hardened === undefined ? {} : hardened;
  return {
    readOnly: written['read-only'] ?? true,
    capDrop: written['cap-drop'] ?? true,
    noNewPrivileges: written['no-new-privileges'] ?? true,
  };
}

function toBudget({
  'growth-vs-base': growthVsBase,
  ...others
}: Exclude<ParsedImage['size'], number | undefined>): ImageConfig['size'] {
  return withoutUndefined({ ...others, growthVsBase });
}

type Optional = Pick<
  ImageConfig,
  | 'target'
  | 'profile'
  | 'sbom'
  | 'sbomGenerator'
  | 'port'
  | 'command'
  | 'user'
  | 'startedWithin'
  | 'memory'
  | 'buildWithin'
  | 'shard'
  | 'runsOn'
>;

/** `defaults`: what the profile says of services. */
function optionalKeys(parsed: ParsedImage, defaults: ProfileDefaults): Optional {
  return withoutUndefined({
    target: parsed.target,
    sbom: parsed.sbom,
    sbomGenerator: parsed['sbom-generator'],
    profile: parsed.profile,
    port: parsed.port ?? defaults.port,
    command: parsed.command,
    user: parsed.user,
    startedWithin: parsed['started-within'] ?? defaults.startedWithin,
    memory: parsed.memory,
    buildWithin: parsed['build-within'],
    shard: parsed.shard,
    runsOn: typeof parsed['runs-on'] === 'string' ? [parsed['runs-on']] : parsed['runs-on'],
  });
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** A key without a value is no key: the model has optional keys, never undefined ones. */
function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Defined<T>;
}
