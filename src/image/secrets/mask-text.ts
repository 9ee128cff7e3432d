import { findInCommand } from './command-line.ts';
import { maskSecret } from './hit.ts';

/** A line of history with every secret in it masked: it is shown wherever a layer is named. */
export function maskText(text: string): string {
  return findInCommand(text)
    .toSorted((one, other) => other.secret.length - one.secret.length)
    .reduce((masked, { secret }) => masked.replaceAll(secret, maskSecret(secret)), text);
}
