import type { Digest } from '../model/digest.ts';
import type { FactCache, ImageSource } from '../model/effects.ts';
import {
  known,
  undecided,
  type AccountFacts,
  type Fact,
  type FileFacts,
  type SizeFacts,
  type WasteFacts,
  type WeightFacts,
} from '../model/facts.ts';
import type { ImageDescription, LayerDescriptor } from '../model/image.ts';
import type { KnownHit } from '../model/known-values.ts';
import type { AttestationFacts, SecretFacts } from '../model/secrets.ts';
import { parseGroup, parsePasswd, parsePasswords } from './accounts.ts';
import { undecidedFrom } from './damage.ts';
import { describeImage, type DescribeOptions } from './describe.ts';
import { ACCOUNT_LIMIT, isKeptWhole } from './kept-files.ts';
import { readPooledLayer } from './layer-pool.ts';
import { readLayerFiles } from './layer.ts';
import type { LayerFacts } from './layer-facts.ts';
import { readListing } from './layer-listing.ts';
import { mergeLayers, type MergedView } from './merge.ts';
import { describeFiles } from './merged-files.ts';
import { searchAttestations } from './secrets/attestations.ts';
import type { KnownSearch } from './secrets/known-forms.ts';
import { locateKnown } from './secrets/known-places.ts';
import { collectSecrets } from './secrets/layer-secrets.ts';
import { type ImageBudget, makeImageBudget, type ReadLimits } from './read-budget.ts';
import { resolvePath } from './view.ts';
import { measureWaste } from './waste.ts';
import { measureWeight } from './weight.ts';

export interface ReadOptions extends DescribeOptions {
  /** What it may cost; absent: what every image may. */
  readonly limits?: ReadLimits;
  readonly cache: FactCache;
  /** Secrets whose values this run was given. */
  readonly known?: KnownSearch | undefined;
}
/** What the bytes of an image say; each fact stands or falls by itself. */
export interface ImageReading {
  readonly image: Fact<ImageDescription>;
  readonly sizes: Fact<SizeFacts>;
  readonly waste: Fact<WasteFacts>;
  readonly weight: Fact<WeightFacts>;
  readonly accounts: Fact<AccountFacts>;
  readonly files: Fact<FileFacts>;
  readonly secrets: Fact<SecretFacts>;
  readonly attestations: Fact<AttestationFacts>;
  readonly knownHits: Fact<readonly KnownHit[]>;
}

/** Reads an image by digest with every byte verified: one pass over each layer that the cache does not know, none over the others. */
export async function readImage(source: ImageSource, digest: Digest, options: ReadOptions): Promise<ImageReading> {
  const image = await settle(() => describeImage(source, digest, options));
  if (image.state !== 'known') return { image, ...without(image), sizes: image, attestations: image, knownHits: image };
  const budget = budgetFor(image.value, options);
  const [layers, attestations] = await Promise.all([
    settle(() => readLayers(source, image.value, options, budget)),
    settle(() => searchAttestations(source, image.value.attestations)),
  ]);
  if (layers.state !== 'known') return { image, ...without(layers), sizes: layers, attestations, knownHits: layers };
  const knownHits = await settle(() => locateKnown(source, image.value, layers.value, options.known));
  const sizes = known(measureSizes(image.value, layers.value));
  const merged = await readMerged(source, image.value, layers.value, budget);
  return { image, sizes, ...merged, attestations, knownHits };
}

type MergedReading = Omit<ImageReading, 'image' | 'sizes' | 'attestations' | 'knownHits'>;

/** Everything that stands on the merged view. */
async function readMerged(
  source: ImageSource,
  image: ImageDescription,
  layers: readonly LayerFacts[],
  budget: ImageBudget,
): Promise<MergedReading> {
  const view = await settle(() =>
    Promise.resolve(
      mergeLayers(
        layers.map(({ listing }) => listing),
        budget.view,
      ),
    ),
  );
  if (view.state !== 'known') return without(view);
  const accounts = await settle(() => readAccounts(source, image, layers, view.value));
  return {
    waste: known(measureWaste(view.value)),
    weight: known(measureWeight(view.value, layers.length)),
    accounts: flatten(accounts),
    files: readFiles(image, layers, view.value),
    secrets: known(collectSecrets(image, layers, view.value)),
  };
}

/** The same, when there is none. */
function without(fact: Exclude<Fact<never>, { state: 'known' }>): MergedReading {
  return { waste: fact, weight: fact, accounts: fact, files: fact, secrets: fact };
}

function readFiles(image: ImageDescription, layers: readonly LayerFacts[], view: MergedView): Fact<FileFacts> {
  const over = layers.findIndex((layer) => layer.keptOverflow);
  if (over < 0) return known(describeFiles(view.root, layers, image.layers));
  return undecided(`layer ${String(over + 1)} holds more programs and package lists than can be looked at`);
}

async function settle<T>(work: () => Promise<T>): Promise<Fact<T>> {
  try {
    return known(await work());
  } catch (error) {
    return undecidedFrom(error);
  }
}

function flatten<T>(fact: Fact<Fact<T>>): Fact<T> {
  return fact.state === 'known' ? fact.value : fact;
}

async function readLayers(
  source: ImageSource,
  image: ImageDescription,
  options: ReadOptions,
  budget: ImageBudget,
): Promise<readonly LayerFacts[]> {
  // Largest first, so that no long one is left for the end; the same blob twice in a stack is read once.
  const order = [...image.layers].sort((one, other) => other.size - one.size);
  const read = new Map(
    await Promise.all(
      order.map(async (layer) => {
        const facts = await readPooledLayer(source, options.cache, layer, budget, options.known);
        return [keyOf(layer), countLayer(facts, budget)] as const;
      }),
    ),
  );
  return image.layers.flatMap((layer) => read.get(keyOf(layer)) ?? []);
}

/** A layer's share of the budget; kept bodies that do not fit are let go, and that they are not whole is remembered. */
function countLayer(facts: LayerFacts, budget: ImageBudget): LayerFacts {
  budget.take(facts);
  const kept = [...facts.kept.values()].reduce((sum, body) => sum + body.length, 0);
  return budget.keep(kept) ? facts : { ...facts, kept: new Map(), keptOverflow: true };
}

function budgetFor({ layers }: ImageDescription, { limits }: ReadOptions): ImageBudget {
  const blobs = new Map(layers.map(({ digest, size }) => [digest, size]));
  return makeImageBudget(
    [...blobs.values()].reduce((sum, size) => sum + size, 0),
    limits,
  );
}

function keyOf(layer: LayerDescriptor): string {
  return `${layer.digest} ${layer.diffId}`;
}

function measureSizes(image: ImageDescription, facts: readonly LayerFacts[]): SizeFacts {
  const layers = image.layers.map((layer, position) => ({
    ...layer,
    unpackedBytes: facts[position]?.unpackedBytes ?? 0,
    entries: facts[position]?.entries ?? 0,
  }));
  const blobs = new Map(layers.map((layer) => [layer.digest, layer.size]));
  return {
    downloadBytes: image.configDescriptor.size + [...blobs.values()].reduce((sum, size) => sum + size, 0),
    unpackedBytes: layers.reduce((sum, layer) => sum + layer.unpackedBytes, 0),
    layers,
  };
}

async function readAccounts(
  source: ImageSource,
  image: ImageDescription,
  facts: readonly LayerFacts[],
  view: MergedView,
): Promise<Fact<AccountFacts>> {
  const passwd = await readFile(source, image, facts, view, 'etc/passwd');
  const group = await readFile(source, image, facts, view, 'etc/group');
  const shadow = await readFile(source, image, facts, view, 'etc/shadow');
  if (passwd === 'too large' || group === 'too large' || shadow === 'too large') {
    return undecided('/etc/passwd, /etc/group or /etc/shadow is larger than 1 MiB, which is no account file');
  }
  return known({
    passwords: parsePasswords(passwd, shadow),
    ...(passwd === undefined ? {} : { passwd: parsePasswd(passwd) }),
    ...(group === undefined ? {} : { group: parseGroup(group) }),
  });
}

/** A file of the merged view; its layer is read again only when a symlink led to a file that was not kept. */
async function readFile(
  source: ImageSource,
  image: ImageDescription,
  facts: readonly LayerFacts[],
  view: MergedView,
  path: string,
): Promise<Buffer | 'too large' | undefined> {
  const body = resolvePath(view.root, path)?.body;
  if (body === undefined) return undefined;
  if (body.size > ACCOUNT_LIMIT) return 'too large';
  const layer = image.layers[body.layer];
  const listed = facts[body.layer];
  if (layer === undefined || listed === undefined) return undefined;
  const stored = pathAt(listed.listing, body.index);
  const kept = isKeptWhole(stored) ? listed.kept.get(body.index) : undefined;
  return kept ?? (await readLayerFiles(source, layer, new Set([stored]))).get(stored);
}

function pathAt(listing: Buffer, index: number): string {
  let position = 0;
  for (const entry of readListing(listing)) {
    if (position === index) return entry.path;
    position += 1;
  }
  return '';
}
