import type { Digest } from '../model/digest.ts';
import type { ImageSource } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import {
  formatPlatform,
  type Descriptor,
  type HistoryEntry,
  type ImageDescription,
  type LayerDescriptor,
} from '../model/image.ts';
import { parseConfigBlob, type ParsedConfigBlob } from './config-blob.ts';
import { DamagedContent } from './damage.ts';
import { parseIndex, parseManifest, readManifest, readSmallBlob, type ParsedManifest } from './manifest.ts';
import { isImageConfig, manifestKind } from './media-types.ts';
import { maskText } from './secrets/mask-text.ts';
import { isAbout, isAttestation, isSamePlatform, parsePlatform } from './platform.ts';

export interface DescribeOptions {
  /** `linux/amd64`; absent: the only image there is. */
  readonly platform?: string | undefined;
  /** Diff ids of the base image, bottom first; absent: all layers count as the image's own. */
  readonly baseDiffIds?: readonly Digest[] | undefined;
  /** Where those diff ids come from, or why there are none, for people. */
  readonly baseSource?: string | undefined;
}

interface Candidate {
  readonly descriptor: Descriptor;
  readonly manifest: ParsedManifest;
}
interface Found {
  readonly images: readonly Candidate[];
  readonly attestations: readonly Descriptor[];
}

const INDEX_DEPTH_LIMIT = 4;
/** An index of indexes may name the same thousands of times over. */
const MOST_MANIFESTS = 1000;

/** Everything the manifests and the config blob of one platform say, each verified by digest; throws DamagedContent, or the source's Fault. */
export async function describeImage(
  source: ImageSource,
  digest: Digest,
  options: DescribeOptions = {},
): Promise<ImageDescription> {
  const root = await readManifest(source, digest);
  const kind = manifestKind(root.mediaType);
  const descriptor: Descriptor = { mediaType: root.mediaType, digest, size: root.bytes.byteLength };
  const found = await findImages({ source, platform: options.platform, seen: new Set() }, descriptor, 0);
  const { candidate, config } = await choose(source, found.images, options.platform);
  const chosen = candidate.descriptor.digest;
  return {
    digests: {
      ...(kind === 'index' ? { index: digest } : {}),
      manifest: chosen,
      config: candidate.manifest.config.digest,
    },
    platform: config.platform,
    config: config.config,
    history: config.history,
    ...(config.created === undefined ? {} : { created: config.created }),
    layers: describeLayers(candidate.manifest, config, options.baseDiffIds ?? []),
    manifest: candidate.descriptor,
    configDescriptor: candidate.manifest.config,
    ...(candidate.manifest.annotations === undefined ? {} : { annotations: candidate.manifest.annotations }),
    attestations: found.attestations.filter((attestation) => isAbout(attestation, chosen)),
    baseSource: describeBase(config, options),
    baseKnown: options.baseDiffIds !== undefined,
  };
}

interface Search {
  readonly source: ImageSource;
  readonly platform: string | undefined;
  /** What was looked at is not looked at again. */
  readonly seen: Set<Digest>;
}

/** Image manifests and attestations below a descriptor; images of another platform than the wanted one are left unread. */
async function findImages(search: Search, descriptor: Descriptor, depth: number): Promise<Found> {
  const { source, platform, seen } = search;
  if (seen.has(descriptor.digest)) return { images: [], attestations: [] };
  seen.add(descriptor.digest);
  if (seen.size > MOST_MANIFESTS) throw new DamagedContent(`there are more than ${String(MOST_MANIFESTS)} manifests`);
  const stored = await readManifest(source, descriptor.digest, descriptor.size);
  const kind = manifestKind(descriptor.mediaType);
  if (kind === 'manifest') {
    const manifest = parseManifest(stored.bytes, descriptor.digest);
    if (
      manifest.subject !== undefined ||
      manifest.artifactType !== undefined ||
      !isImageConfig(manifest.config.mediaType)
    ) {
      return { images: [], attestations: [{ ...descriptor, ...artifactTypeOf(manifest) }] };
    }
    return { images: [{ descriptor, manifest }], attestations: [] };
  }
  if (kind === undefined || depth >= INDEX_DEPTH_LIMIT) {
    throw new DamagedContent(
      kind === undefined
        ? `${descriptor.digest} has the media type ${JSON.stringify(descriptor.mediaType)}, which is no image`
        : `index ${descriptor.digest} nests deeper than ${String(INDEX_DEPTH_LIMIT)} levels`,
    );
  }
  const { manifests } = parseIndex(stored.bytes, descriptor.digest);
  const attestations = manifests.filter(isAttestation);
  const wanted = selectPlatform(
    manifests.filter((entry) => !isAttestation(entry)),
    platform,
  );
  const below = await Promise.all(wanted.map((entry) => findImages(search, entry, depth + 1)));
  return {
    images: below.flatMap((found) => found.images),
    attestations: [...attestations, ...below.flatMap((found) => found.attestations)],
  };
}

function artifactTypeOf(manifest: ParsedManifest): { artifactType?: string } {
  return manifest.artifactType === undefined ? {} : { artifactType: manifest.artifactType };
}

/** Other platforms of a multi-platform index are often not in the store: they are never read when the wanted one is named. */
function selectPlatform(entries: readonly Descriptor[], platform: string | undefined): readonly Descriptor[] {
  const wanted = platform === undefined ? undefined : parsePlatform(platform);
  if (wanted === undefined) return entries;
  const matching = entries.filter((entry) => entry.platform === undefined || isSamePlatform(entry.platform, wanted));
  // A single image of another platform is described as it is: the rule `platform` says what is wrong with it.
  return matching.length === 0 && entries.length === 1 ? entries : matching;
}

async function choose(
  source: ImageSource,
  images: readonly Candidate[],
  platform: string | undefined,
): Promise<{ candidate: Candidate; config: ParsedConfigBlob }> {
  const wanted = platform === undefined ? undefined : parsePlatform(platform);
  if (platform !== undefined && wanted === undefined) {
    throw new Fault(`platform ${JSON.stringify(platform)} is not os/architecture[/variant]`, {
      remedy: 'Write it as linux/amd64 or linux/arm64/v8.',
    });
  }
  const read = await Promise.all(
    images.map(async (candidate) => ({
      candidate,
      config: parseConfigBlob(
        await readSmallBlob(source, candidate.manifest.config, 'config'),
        candidate.manifest.config.digest,
      ),
    })),
  );
  const runnable = read.filter(({ config }) => config.platform.os !== 'unknown');
  const matching = wanted === undefined ? [] : runnable.filter(({ config }) => isSamePlatform(config.platform, wanted));
  const [only, other] = distinct(matching.length > 0 ? matching : runnable);
  if (only === undefined) throw new DamagedContent(`there is no image for ${platform ?? 'any platform'} in the index`);
  if (other !== undefined) {
    const names = runnable.map(({ config }) => formatPlatform(config.platform)).join(', ');
    throw new Fault(`the index holds several images: ${names}`, { remedy: 'Name one platform.' });
  }
  return only;
}

function distinct<T extends { readonly candidate: Candidate }>(images: readonly T[]): readonly T[] {
  return [...new Map(images.map((image) => [image.candidate.descriptor.digest, image])).values()];
}

function describeLayers(
  manifest: ParsedManifest,
  config: ParsedConfigBlob,
  baseDiffIds: readonly Digest[],
): LayerDescriptor[] {
  const { diffIds } = config;
  if (manifest.layers.length !== diffIds.length) {
    throw new DamagedContent(
      `the manifest has ${String(manifest.layers.length)} layers, its config has ${String(diffIds.length)} diff ids`,
    );
  }
  const instructions = mapHistory(config.history, diffIds.length);
  const baseLength = commonPrefixLength(diffIds, baseDiffIds);
  return manifest.layers.map((layer, position) => {
    const diffId = diffIds[position];
    if (diffId === undefined) throw new DamagedContent(`layer ${String(position)} has no diff id`);
    const instruction = instructions?.[position];
    return { ...layer, diffId, ...(instruction === undefined ? {} : { instruction }), base: position < baseLength };
  });
}

/** The instruction of each layer, or undefined when history does not account for exactly these layers. */
function mapHistory(history: readonly HistoryEntry[], layers: number): readonly string[] | undefined {
  const filled = history.filter((entry) => !entry.empty);
  return filled.length === layers ? filled.map((entry) => maskText(entry.instruction)) : undefined;
}

function commonPrefixLength(own: readonly Digest[], base: readonly Digest[]): number {
  let length = 0;
  while (length < own.length && length < base.length && own[length] === base[length]) length += 1;
  return length;
}

function describeBase(config: ParsedConfigBlob, options: DescribeOptions): string {
  if (options.baseDiffIds === undefined) {
    return `${options.baseSource ?? 'no base image known'}: all layers count as the image’s own`;
  }
  const count = commonPrefixLength(config.diffIds, options.baseDiffIds);
  return `${String(count)} layers in common with ${options.baseSource ?? 'the given base image'}`;
}
