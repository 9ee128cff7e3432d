import { z } from 'zod';
import type { BaseSize, ImageSource } from '../model/effects.ts';
import { openRegistrySource } from './registry.ts';
import { parseRegistryReference } from './registry-reference.ts';
import type { RegistryContext } from './registry-session.ts';

const platform = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() });
const manifest = z.object({
  manifests: z.array(z.object({ digest: z.string(), platform: platform.optional() })).optional(),
  layers: z.array(z.object({ digest: z.string(), size: z.number().int().nonnegative() })).optional(),
});
type Manifest = z.infer<typeof manifest>;

/** Milliseconds a plan waits for a number it can do without. */
const PATIENCE = 3_000;

/** Σ compressed layers of the platform's manifest, each once; every failure is a reason, never an error. */
export async function askBaseSize(reference: string, wanted: string, context: RegistryContext): Promise<BaseSize> {
  const limit = AbortSignal.timeout(PATIENCE);
  try {
    const signal = AbortSignal.any([context.signal, limit]);
    const source = openRegistrySource(reference, { ...context, signal, attempts: 1 });
    return await sumLayers(source, parseRegistryReference(reference).reference, wanted);
  } catch (error) {
    if (limit.aborted) return { reason: `no answer within ${String(PATIENCE / 1000)} s` };
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

async function sumLayers(source: ImageSource, reference: string, wanted: string): Promise<BaseSize> {
  const root = await readManifest(source, reference);
  if (root === undefined) return { reason: `${source.description} has no ${reference}` };
  if (root.manifests === undefined) return sizeOf(root);
  const child = root.manifests.find((entry) => entry.platform !== undefined && matches(entry.platform, wanted));
  if (child === undefined) return { reason: `there is no ${wanted} in it` };
  const found = await readManifest(source, child.digest);
  return found === undefined ? { reason: `its ${wanted} manifest is missing` } : sizeOf(found);
}

async function readManifest(source: ImageSource, reference: string): Promise<Manifest | undefined> {
  const stored = await source.manifest(reference);
  if (stored === undefined) return undefined;
  return manifest.parse(JSON.parse(Buffer.from(stored.bytes).toString('utf8')));
}

function sizeOf({ layers = [] }: Manifest): BaseSize {
  const sizes = new Map(layers.map((layer) => [layer.digest, layer.size]));
  return { bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0) };
}

/** `linux/arm64` asks for any variant, `linux/arm/v7` for this one. */
function matches({ os, architecture, variant }: z.infer<typeof platform>, wanted: string): boolean {
  const [wantedOs, wantedArchitecture, wantedVariant] = wanted.split('/');
  if (os !== wantedOs || architecture !== wantedArchitecture) return false;
  return wantedVariant === undefined || (variant ?? wantedVariant) === wantedVariant;
}
