import { ruleTable } from '../check/rules/index.ts';
import { loadConfig } from '../config/load.ts';
import { isGoogleHost } from '../google/artifact-registry.ts';
import type { DoctorCheck } from '../model/doctor.ts';
import type { Effects, OpenedImage } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { SignaturePolicy } from '../model/signatures.ts';
import { verifyImage } from '../publish/verify.ts';
import { locateGiven } from './given-image.ts';
import { mayMint } from './identity.ts';
import type { Request } from './request.ts';
import { applyOverrides } from './request.ts';

/** What `slipway verify` was asked. */
export interface VerifyRequest {
  readonly request: Request;
  /** `registry/name@sha256:…`, `registry/name:tag` or `oci:DIR[:NAME]`. */
  readonly reference: string;
  /** Whose signatures it has to have; absent: none. */
  readonly trust?: SignatureRequest;
}
export interface SignatureRequest extends Omit<SignaturePolicy, 'roots'> {
  /** File with a trusted root a line, as `gh attestation trusted-root` prints them, or one document. */
  readonly rootFile: string;
}

/** Holds what is attached to a published digest against it. Throws a Fault for a reference that leads nowhere. */
export async function runVerify(effects: Effects, asked: VerifyRequest): Promise<readonly DoctorCheck[]> {
  const { source, digest } = await open(effects, asked);
  const image: DoctorCheck = { name: 'image', state: 'ok', answer: digest, lines: [source.description] };
  const trust = asked.trust === undefined ? undefined : await readTrust(effects, asked.trust);
  return [image, ...(await verifyImage(source, digest, trust))];
}

async function readTrust({ files }: Effects, { rootFile, ...policy }: SignatureRequest): Promise<SignaturePolicy> {
  if ((await files.stat(rootFile)) === undefined)
    throw new Fault('there is no trusted root', {
      where: rootFile,
      remedy: 'Write one: gh attestation trusted-root >root.jsonl',
    });
  const text = await files.readText(rootFile);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const roots = lines.every(isJson) ? lines : [text];
  if (roots.every(isJson)) return { ...policy, roots };
  throw new Fault('the trusted root is not JSON', { where: rootFile });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function open(effects: Effects, { request, reference }: VerifyRequest): Promise<OpenedImage> {
  const place = await locateGiven(effects.files, reference, request.directory);
  if (place.type === 'registry') {
    await useIdentity(effects, request, place.reference.split('/')[0] ?? '');
    return effects.stores.openImage(place.reference);
  }
  if (place.type === 'oci') {
    const images = await effects.stores.listLayout(place.directory);
    const named = images.filter(
      ({ names, digest }) => place.name === undefined || names.includes(place.name) || digest === place.name,
    );
    const [only, ...others] = named;
    if (only !== undefined && others.length === 0) return only;
    throw new Fault(`${reference} names ${String(named.length)} images`, {
      where: place.directory,
      remedy: `Name one: ${images.flatMap(({ names }) => names.map((name) => `oci:${place.directory}:${name}`)).join(', ')}.`,
    });
  }
  throw new Fault(`nothing can be attached to ${reference}`, {
    remedy: 'Name an image in a registry or in an OCI layout.',
  });
}

/** In a job the config's identity reads, too; elsewhere docker's own login does. */
async function useIdentity(effects: Effects, request: Request, host: string): Promise<void> {
  if (!mayMint(effects) || !isGoogleHost(host, effects.env['SLIPWAY_LOOPBACK_IDENTITY'] === 'true')) return;
  const config = await loadConfig(effects.files, request.config, request.directory, ruleTable());
  const { google } = applyOverrides(config, request);
  if (google !== undefined) effects.identity.use(google.identity, [host]);
}
