import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ActionsCache } from '../model/actions-cache.ts';
import type { Files } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import { packLayout, unpackLayout } from './layout-pack.ts';
import { printable, problemOf } from './registry-problem.ts';
import { type Backend, callResults } from './results-service.ts';
import {
  type BlobContext,
  readStoredFile,
  streamStoredFile,
  writeStoredFile,
  writeStoredStream,
} from './stored-file.ts';

/** Entries of other versions are not found; raised when they are packed differently. */
const VERSION = createHash('sha256').update('slipway/1').digest('hex');
const TYPE = 'application/octet-stream';

const found = z.object({
  ok: z.boolean().default(false),
  signed_download_url: z.string().default(''),
  matched_key: z.string().default(''),
});
const created = z.object({ ok: z.boolean().default(false), signed_upload_url: z.string().default('') });
const finalized = z.object({ ok: z.literal(true) });

/** The three calls of the cache service, in its second version (docs/decisions/0210). Nothing is tried more than twice: a cache is worth no wait. */
export function makeActionsCache(
  world: BlobContext,
  backend: Backend,
  files: Pick<Files, 'writeAtomic'>,
): ActionsCache {
  const context = { ...world, attempts: 2 };
  return {
    restore: async (prefixes, limit) => {
      const entry = await locate(context, backend, prefixes);
      if (entry === undefined) return undefined;
      return { key: entry.key, content: await readStoredFile(context, entry.address, limit, name(entry.key)) };
    },
    restoreLayout: async (prefixes, directory) => {
      const entry = await locate(context, backend, prefixes);
      if (entry === undefined) return undefined;
      await unpackLayout(await streamStoredFile(context, entry.address, name(entry.key)), directory, files);
      return entry.key;
    },
    save: (key, content) =>
      store(context, backend, key, async (address) => {
        await writeStoredFile(context, address, content, TYPE, name(key));
        return content.length;
      }),
    saveLayout: (key, directory) =>
      store(context, backend, key, async (address) =>
        writeStoredStream(context, address, await packLayout(directory), name(key)),
      ),
  };
}

/** Whether the runner's cache service is the one we speak with: GitHub Enterprise Server and other runners have the first version only. */
export function hasCacheService(env: Readonly<Record<string, string | undefined>>): boolean {
  return (env['ACTIONS_CACHE_SERVICE_V2'] ?? '') !== '';
}

function name(key: string): string {
  return `cache entry ${printable(key)}`;
}

async function locate(
  context: BlobContext,
  backend: Backend,
  prefixes: readonly string[],
): Promise<{ readonly key: string; readonly address: string } | undefined> {
  const asked = { key: prefixes[0] ?? '', restore_keys: prefixes, version: VERSION };
  const answer = await callResults(context, backend, found, 'CacheService/GetCacheEntryDownloadURL', asked);
  return answer.ok ? { key: answer.matched_key, address: answer.signed_download_url } : undefined;
}

async function store(
  context: BlobContext,
  backend: Backend,
  key: string,
  write: (address: string) => Promise<number>,
): Promise<boolean> {
  const address = await reserve(context, backend, key);
  if (address === undefined) return false;
  const size = String(await write(address));
  const entry = { key, version: VERSION, size_bytes: size };
  await callResults(context, backend, finalized, 'CacheService/FinalizeCacheEntryUpload', entry);
  return true;
}

/** Where to write; undefined where the key is taken. */
async function reserve(context: BlobContext, backend: Backend, key: string): Promise<string | undefined> {
  try {
    const asked = { key, version: VERSION };
    const answer = await callResults(context, backend, created, 'CacheService/CreateCacheEntry', asked);
    return answer.ok ? answer.signed_upload_url : undefined;
  } catch (error) {
    if (error instanceof Fault && problemOf(error)?.status === 409) return undefined;
    throw error;
  }
}
