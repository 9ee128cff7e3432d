import { KNOWN_KEYS } from './known-keys.ts';

const PLACES: ReadonlyMap<string, readonly string[]> = collect();
const DIGITS = 24;

/** Keys that libraries test themselves with (libgnutls has ten), and the one that Debian makes for tests of TLS: people got them with a package. */
const SYSTEM =
  /^(?:(?:usr\/)?lib(?:32|64)?\/(?:[\w.+-]+\/)*lib[\w.+-]+\.so[.\d]*|etc\/ssl\/private\/ssl-cert-snakeoil\.key)$/;

/** Whether a private key lies where only the system's packages put one. */
export function isSystemKey(path: string, kind: string): boolean {
  return kind === 'private key' && SYSTEM.test(path);
}

/** Whether it is the published test key of a well-known package at its own place: `hash` is the secret's sha256. */
export function isAllowed(path: string, hash: string): boolean {
  return PLACES.get(hash.slice(0, DIGITS))?.some((place) => `/${path}`.includes(`/${place}`)) === true;
}

function collect(): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const [place, hashes] of KNOWN_KEYS) {
    for (const hash of hashes) places.set(hash, [...(places.get(hash) ?? []), place]);
  }
  return places;
}
