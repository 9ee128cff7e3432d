import { z } from 'zod';
import { judgeSecretName } from '../../model/secret-names.ts';
import type { ImageSource } from '../../model/effects.ts';
import type { Descriptor } from '../../model/image.ts';
import type { AttestationFacts, AttestationHit } from '../../model/secrets.ts';
import { parseManifest, readManifest, readSmallBlob } from '../manifest.ts';
import { findInCommand } from './command-line.ts';
import { fingerprintOf, hashSecret, maskSecret } from './hit.ts';
import { isSecretValue } from './value.ts';

/** The bytes of every statement attached to an image. Throws DamagedContent for what is not what its digest says. */
export async function readStatements(
  source: ImageSource,
  attestations: readonly Descriptor[],
): Promise<readonly Uint8Array[]> {
  const read = await Promise.all(
    attestations.map(async ({ digest, size }) => {
      const { layers } = parseManifest((await readManifest(source, digest, size)).bytes, digest);
      return Promise.all(layers.map((layer) => readSmallBlob(source, layer, 'attestation')));
    }),
  );
  return read.flat();
}

/** Secrets by their form in all statements, and arguments of the build that are secrets by their name. */
export async function searchAttestations(
  source: ImageSource,
  attestations: readonly Descriptor[],
): Promise<AttestationFacts> {
  const statements = await readStatements(source, attestations);
  const hits = statements.flatMap((bytes) => searchStatement(Buffer.from(bytes).toString('utf8')));
  return { statements: statements.length, hits: [...new Map(hits.map((hit) => [hit.fingerprint, hit])).values()] };
}

const ANYTHING: z.ZodType = z.unknown();

function searchStatement(text: string): readonly AttestationHit[] {
  let document: unknown;
  try {
    document = ANYTHING.parse(JSON.parse(text));
  } catch {
    document = text;
  }
  return [...walk(document, '')].flatMap(({ key, value }) => judgeText(key, value));
}

interface Leaf {
  readonly key: string;
  readonly value: string;
}

function* walk(value: unknown, key: string): Generator<Leaf> {
  if (typeof value === 'string') yield { key, value };
  else if (Array.isArray(value)) for (const each of value) yield* walk(each, key);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) yield* walk(each, name);
  }
}

const ARGUMENT = /^build-arg:(?<name>.+)$/;

function judgeText(key: string, value: string): readonly AttestationHit[] {
  const name = ARGUMENT.exec(key)?.groups?.['name'];
  if (name !== undefined && value !== '') {
    const [formed] = findInCommand(value);
    // The name is enough for a token: what it holds is told by nobody else, and the provenance is public.
    if (formed === undefined && !isSecretValue(name, value) && judgeSecretName(name) !== 'password') return [];
    if (formed === undefined && /^\s*$|^\$|^(?:true|false|\d+)$/i.test(value)) return [];
    return [toHit(`build argument ${name} in its provenance`, formed?.kind ?? 'by its name', formed?.secret ?? value)];
  }
  // Provenance quotes Dockerfile and definition in base64.
  const decoded = /^[A-Za-z0-9+/]{200,}={0,2}$/.test(value) ? Buffer.from(value, 'base64').toString('utf8') : value;
  return findInCommand(decoded).map(({ kind, secret }) => toHit('a text in its provenance', kind, secret));
}

function toHit(where: string, kind: string, secret: string): AttestationHit {
  const fingerprint = fingerprintOf('secret.provenance', where, hashSecret(secret));
  return { where, kind, masked: maskSecret(secret), fingerprint };
}
