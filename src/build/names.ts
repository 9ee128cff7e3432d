import { digestOf, shortDigest } from '../model/digest.ts';

/** Tag of images that `check` leaves for a later `publish`; the next build of the same project replaces them. */
const KEPT_TAG = 'kept';

/**
 * Name of an image in the engine while this run lasts: `slipway.local/<project>/<image>:<run id>`.
 * Nothing is ever pulled from or pushed to that host; the project part keeps two checkouts on one engine apart.
 */
export function engineName(directory: string, image: string, runId: string): string {
  return `slipway.local/${shortDigest(digestOf(directory))}/${image.toLowerCase()}:${runId}`;
}

/** The name under which the same image stays after the run. */
export function keptName(name: string): string {
  return `${name.slice(0, name.lastIndexOf(':'))}:${KEPT_TAG}`;
}

/** Bake target of an image: bake knows letters, digits, `-` and `_` only. */
export function targetName(image: string): string {
  return image.replace(/[^A-Za-z0-9_-]/g, (character) => `_${character.charCodeAt(0).toString(16)}_`);
}
