import { z } from 'zod';
import { isDigest, type Digest } from '../model/digest.ts';
import type { ImageSource } from '../model/effects.ts';
import type { Descriptor } from '../model/image.ts';
import { listStatements, parseStored, readSmallBlob } from './manifest.ts';

/** An image that a build started from or copied out of, as its provenance says. */
export interface BuildMaterial {
  /** `127.0.0.1:5000/library/python:3.11-slim`, for people and for asking its registry. */
  readonly reference: string;
  readonly digest: Digest;
  /** `linux/amd64`, where the provenance says so. */
  readonly platform?: string;
}

const IN_TOTO = 'application/vnd.in-toto+json';
const PREDICATE = 'in-toto.io/predicate-type';
const PROVENANCE = /^https:\/\/slsa\.dev\/provenance\/v(?:0\.2|1)$/;

const MATERIAL = z.object({
  uri: z.string().nullish(),
  digest: z.object({ sha256: z.string().nullish() }).nullish(),
});
// SLSA 0.2 has `materials`, SLSA 1 `buildDefinition.resolvedDependencies`.
const STATEMENT = z.object({
  predicate: z
    .object({
      materials: z.array(MATERIAL).nullish(),
      buildDefinition: z.object({ resolvedDependencies: z.array(MATERIAL).nullish() }).nullish(),
    })
    .nullish(),
});

/** The images that the attached SLSA provenance names, in its order; none without provenance. Throws DamagedContent for what is not what its digest says. */
export async function readBuildMaterials(
  source: ImageSource,
  attestations: readonly Descriptor[],
): Promise<readonly BuildMaterial[]> {
  const provenance = (await listStatements(source, attestations)).filter(
    ({ mediaType, annotations }) => mediaType === IN_TOTO && PROVENANCE.test(annotations?.[PREDICATE] ?? ''),
  );
  const statements = await Promise.all(provenance.map((layer) => readSmallBlob(source, layer, 'provenance')));
  return statements.flatMap(readMaterials);
}

function readMaterials(bytes: Uint8Array): readonly BuildMaterial[] {
  const { predicate } = parseStored(STATEMENT, bytes, 'provenance');
  const materials = predicate?.materials ?? predicate?.buildDefinition?.resolvedDependencies ?? [];
  return materials.flatMap(({ uri, digest }) => readMaterial(uri ?? '', digest?.sha256 ?? undefined) ?? []);
}

/** Package URLs of type docker (package-url "docker"): `pkg:docker/path/name@tag?platform=…&digest=…`. */
function readMaterial(uri: string, sha256: string | undefined): BuildMaterial | undefined {
  const match = /^pkg:docker\/([^@?#]+)(?:@([^?#]+))?(?:\?([^#]*))?/.exec(uri);
  const [, name, tag, query] = match ?? [];
  if (name === undefined) return undefined;
  const qualifiers = new URLSearchParams(query ?? '');
  const digest = sha256 === undefined ? (qualifiers.get('digest') ?? '') : `sha256:${sha256}`;
  if (!isDigest(digest)) return undefined;
  const platform = qualifiers.get('platform');
  const path = decode(name);
  const version = tag === undefined || tag.startsWith('sha256:') ? '' : `:${decode(tag)}`;
  return { reference: `${path}${version}`, digest, ...(platform === null ? {} : { platform }) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
