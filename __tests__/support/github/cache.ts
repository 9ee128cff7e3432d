import { randomBytes } from 'node:crypto';
import { ok, refuse, type ResultsAnswer, type ResultsRequest, type Runtime } from './results.ts';
import { type CacheScope, type GitHubState, type StoredEntry, takeId } from './state.ts';

interface Asked {
  readonly key?: string;
  readonly version?: string;
  readonly size_bytes?: string;
  readonly restore_keys?: readonly string[];
}
const READ = 1;
const WRITE = 2;

/** A call of the cache service (second version): a job writes into the first scope of its token, and reads its scopes one after the other. */
export function answerCache(
  state: GitHubState,
  name: string,
  runtime: Runtime,
  { body, origin }: ResultsRequest,
): ResultsAnswer {
  const asked = JSON.parse(body.toString('utf8')) as Asked;
  const { key = '', version = '' } = asked;
  if (key === '' || key.length > 512 || key.includes(',') || !/^[0-9a-f]{64}$/.test(version))
    return refuse(400, 'invalid_argument', 'the key or the version is not one');
  const writable = runtime.scopes.find(({ Permission }) => (Permission & WRITE) !== 0);
  switch (name) {
    case 'CreateCacheEntry':
      if (writable === undefined) return refuse(403, 'permission_denied', 'cache write denied: no writable scope');
      return create(state, { scope: writable.Scope, key, version }, origin);
    case 'FinalizeCacheEntryUpload':
      return finalize(state, writable?.Scope ?? '', asked);
    case 'GetCacheEntryDownloadURL':
      return find(state, runtime.scopes, asked, origin);
    default:
      return refuse(404, 'bad_route', 'no such method');
  }
}

function create(
  state: GitHubState,
  place: Pick<StoredEntry, 'scope' | 'key' | 'version'>,
  origin: string,
): ResultsAnswer {
  const taken = state.entries.some(
    ({ scope, key, version }) => scope === place.scope && key === place.key && version === place.version,
  );
  if (taken) return refuse(409, 'already_exists', 'cache entry with the same key, version, and scope already exists');
  const signature = randomBytes(12).toString('hex');
  const entry = {
    ...{ id: takeId(state), signature, blocks: new Map(), content: Buffer.alloc(0), finalized: false },
    ...place,
    ...{ name: place.key, mimeType: 'application/octet-stream' },
  };
  state.entries.push(entry);
  return ok({ ok: true, signed_upload_url: addressOf(entry, origin) });
}

function finalize(state: GitHubState, scope: string, asked: Asked): ResultsAnswer {
  const entry = state.entries.find((one) => one.scope === scope && one.key === asked.key && !one.finalized);
  if (entry === undefined) return refuse(404, 'not_found', 'no such entry');
  if (asked.size_bytes !== String(entry.content.length)) return refuse(400, 'invalid_argument', 'size mismatch');
  entry.finalized = true;
  return ok({ ok: true, entry_id: String(entry.id) });
}

function find(state: GitHubState, scopes: readonly CacheScope[], asked: Asked, origin: string): ResultsAnswer {
  const readable = scopes.filter(({ Permission }) => (Permission & READ) !== 0);
  if (readable.length === 0) return refuse(403, 'permission_denied', 'cache read denied: no readable scope');
  for (const { Scope } of readable) {
    const own = state.entries.filter(
      ({ scope, version, finalized }) => scope === Scope && version === asked.version && finalized,
    );
    const entry =
      own.find(({ key }) => key === asked.key) ??
      [asked.key ?? '', ...(asked.restore_keys ?? [])].flatMap(
        (prefix) => own.findLast(({ key }) => key.startsWith(prefix)) ?? [],
      )[0];
    if (entry !== undefined)
      return ok({ ok: true, matched_key: entry.key, signed_download_url: addressOf(entry, origin) });
  }
  return ok({ ok: false });
}

function addressOf({ id, signature }: StoredEntry, origin: string): string {
  return `${origin}/blob/${String(id)}?sig=${signature}`;
}
