import { describeImage, type DescribeOptions } from '../image/describe.ts';
import { type BuildMaterial, readBuildMaterials } from '../image/provenance.ts';
import { isDigest, type Digest } from '../model/digest.ts';
import type { Effects, ImageSource } from '../model/effects.ts';
import type { DockerfileFacts, Fact } from '../model/facts.ts';
import { Fault } from '../model/fault.ts';
import type { ImageDescription } from '../model/image.ts';

export type BaseLayers = Pick<DescribeOptions, 'baseDiffIds' | 'baseSource'>;
export interface BaseQuestion {
  readonly source: ImageSource;
  /** Root digest of the image whose base is looked for. */
  readonly digest: Digest;
  readonly platform: string;
  /** `--base`: the user says which. */
  readonly base?: string | undefined;
  /** Names the bases where nothing else does; undefined for an image built elsewhere. */
  readonly dockerfile?: Fact<DockerfileFacts> | undefined;
}
type Asking = Pick<Effects, 'stores' | 'cache'>;

/**
 * The layers of the image's base: of the reference given, else of the image in its provenance (else its Dockerfile) that shares
 * most layers with it from the bottom. An unknown base is no error: every layer then counts as the image's own, and it is said.
 * Throws a Fault only for a given base that cannot be read.
 */
export async function findBaseLayers(effects: Asking, question: BaseQuestion): Promise<BaseLayers> {
  const { source, digest, platform, base } = question;
  if (base !== undefined) return askGivenBase(effects, base, platform);
  try {
    const image = await describeImage(source, digest, { platform });
    const materials = await readMaterials(image, question);
    return materials.length === 0 ? {} : await chooseBase(effects, question, image, materials);
  } catch (error) {
    // Damage is found again, and judged, by everything that reads the image itself.
    if (error instanceof Fault) return { baseSource: `the base image is not known (${error.message})` };
    throw error;
  }
}

async function askGivenBase(effects: Asking, base: string, platform: string): Promise<BaseLayers> {
  const opened = await effects.stores.openImage(base);
  const image = await describeImage(opened.source, opened.digest, { platform });
  return { baseDiffIds: image.layers.map(({ diffId }) => diffId), baseSource: base };
}

type Material = Omit<BuildMaterial, 'digest'> & { readonly digest?: Digest };

async function readMaterials(image: ImageDescription, question: BaseQuestion): Promise<readonly Material[]> {
  const named = await readBuildMaterials(question.source, image.attestations);
  if (named.length > 0 || question.dockerfile?.state !== 'known') return named;
  return question.dockerfile.value.stages.flatMap(({ reachable, reference }) =>
    !reachable || reference === undefined || reference === 'scratch' ? [] : [{ reference }],
  );
}

async function chooseBase(
  effects: Asking,
  question: BaseQuestion,
  image: ImageDescription,
  materials: readonly Material[],
): Promise<BaseLayers> {
  const own = image.layers.map(({ diffId }) => diffId);
  const distinct = [...new Map(materials.map((material) => [keyOf(material), material])).values()];
  const asked = await Promise.all(
    distinct.map(async (material) => ({ material, diffIds: await askMaterial(effects, question, material) })),
  );
  let best: { readonly material: Material; readonly diffIds: readonly Digest[]; readonly shared: number } | undefined;
  for (const { material, diffIds } of asked) {
    const shared = diffIds === undefined ? 0 : countShared(own, diffIds);
    if (diffIds !== undefined && shared > (best?.shared ?? 0)) best = { material, diffIds, shared };
  }
  if (best !== undefined) return { baseDiffIds: best.diffIds, baseSource: best.material.reference };
  const silent = asked.filter(({ diffIds }) => diffIds === undefined).map(({ material }) => material.reference);
  if (silent.length === 0) return { baseSource: 'no image that was built from shares a layer with it' };
  return { baseSource: `the layers of ${silent.join(', ')} could not be asked for` };
}

function keyOf({ reference, digest }: Material): string {
  return digest ?? reference;
}

function countShared(own: readonly Digest[], base: readonly Digest[]): number {
  let count = 0;
  while (count < own.length && count < base.length && own[count] === base[count]) count += 1;
  return count;
}

/** The diff ids of a material: from the results kept by digest, the store of the image itself, its registry; undefined when none of them knows. */
async function askMaterial(
  effects: Asking,
  { source, platform: wanted }: BaseQuestion,
  { reference, digest, platform = wanted }: Material,
): Promise<readonly Digest[] | undefined> {
  const key =
    digest === undefined ? undefined : `base-layers-v1-${digest.replace(':', '-')}-${platform.replaceAll('/', '-')}`;
  const kept = key === undefined ? undefined : parseKept(await effects.cache.get(key));
  if (kept !== undefined) return kept;
  const near =
    digest === undefined ? undefined : await describeLayers(() => Promise.resolve({ source, digest }), platform);
  const found =
    near ?? (await describeLayers(() => effects.stores.openImage(pinned(reference, digest), 'impatient'), platform));
  if (found !== undefined && key !== undefined) await effects.cache.put(key, Buffer.from(JSON.stringify(found)));
  return found;
}

function pinned(reference: string, digest: Digest | undefined): string {
  return digest === undefined ? reference : `${reference.replace(/:[^:/]*$/, '')}@${digest}`;
}

async function describeLayers(
  open: () => Promise<{ readonly source: ImageSource; readonly digest: Digest }>,
  platform: string,
): Promise<readonly Digest[] | undefined> {
  try {
    const { source, digest } = await open();
    return (await describeImage(source, digest, { platform })).layers.map(({ diffId }) => diffId);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function parseKept(bytes: Uint8Array | undefined): readonly Digest[] | undefined {
  if (bytes === undefined) return undefined;
  const digests: readonly string[] =
    Buffer.from(bytes)
      .toString('utf8')
      .match(/sha256:[0-9a-f]{64}/g) ?? [];
  const kept = digests.filter(isDigest);
  return kept.length === 0 ? undefined : kept;
}
