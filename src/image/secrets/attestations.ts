import { z } from 'zod';
import { judgeSecretName } from '../../model/secret-names.ts';
import type { ImageSource } from '../../model/effects.ts';
import type { Descriptor } from '../../model/image.ts';
import type { AttestationFacts, AttestationHit } from '../../model/secrets.ts';
import { listStatements, readSmallBlob } from '../manifest.ts';
import { findInCommand } from './command-line.ts';
import { fingerprintOf, hashSecret, maskSecret } from './hit.ts';
import { isSecretValue } from './value.ts';

/** The bytes of every statement attached to an image. Throws DamagedContent for what is not what its digest says. */
export async function readStatements(
  source: ImageSource,
  attestations: readonly Descriptor[],
): Promise<readonly Uint8Array[]> {
  const statements = await listStatements(source, attestations);
  return Promise.all(statements.map((statement) => readSmallBlob(source, statement, 'attestation')));
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
  return [...walk(document)].flatMap(({ key, value }) => judgeText(key, value));
}

interface Leaf {
  readonly key: string;
  readonly value: string;
}

/** With its own stack: a statement may nest deeper than calls can. */
function* walk(document: unknown): Generator<Leaf> {
  const open: { readonly key: string; readonly value: unknown }[] = [{ key: '', value: document }];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    const { key, value } = top;
    if (typeof value === 'string') yield { key, value };
    else if (Array.isArray(value)) for (const each of value.toReversed()) open.push({ key, value: each });
    else if (typeof value === 'object' && value !== null) {
      for (const [name, each] of Object.entries(value).toReversed()) open.push({ key: name, value: each });
    }
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
