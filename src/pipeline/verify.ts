import { ruleTable } from '../check/rules/index.ts';
import { loadConfig } from '../config/load.ts';
import { isGoogleHost } from '../google/artifact-registry.ts';
import type { DoctorCheck } from '../model/doctor.ts';
import type { Effects, OpenedImage } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
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
}

/** Holds what is attached to a published digest against it. Throws a Fault for a reference that leads nowhere. */
export async function runVerify(effects: Effects, asked: VerifyRequest): Promise<readonly DoctorCheck[]> {
  const { source, digest } = await open(effects, asked);
  const image: DoctorCheck = { name: 'image', state: 'ok', answer: digest, lines: [source.description] };
  return [image, ...(await verifyImage(source, digest))];
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
