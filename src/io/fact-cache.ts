import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FactCache, Files } from '../model/effects.ts';

const SEAL = 32;

/**
 * Facts kept in files named by the hash of their key, each sealed with the hash of its content, so that a damaged file is a miss.
 * Neither a folder that cannot be read nor one that cannot be written is an error: the facts are found again.
 */
export function makeFactCache(directory: string, files: Pick<Files, 'writeAtomic'>): FactCache {
  const pathOf = (key: string) => {
    const name = createHash('sha256').update(key).digest('hex');
    return join(directory, 'facts', name.slice(0, 2), name);
  };
  return {
    get: async (key) => {
      try {
        return unseal(key, await readFile(pathOf(key)));
      } catch {
        return undefined;
      }
    },
    put: async (key, value) => {
      try {
        await files.writeAtomic(pathOf(key), Buffer.concat([sealOf(key, value), value]));
      } catch {
        // A full disk or a read-only home costs the next run its time, not this one its verdict.
      }
    },
  };
}

function sealOf(key: string, value: Uint8Array): Buffer {
  return createHash('sha256').update(`${key}\n`).update(value).digest();
}

function unseal(key: string, stored: Buffer): Uint8Array | undefined {
  const value = stored.subarray(SEAL);
  return stored.length >= SEAL && sealOf(key, value).equals(stored.subarray(0, SEAL)) ? value : undefined;
}
