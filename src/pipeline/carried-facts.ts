import { createHash } from 'node:crypto';
import { LAYER_READER_VERSION } from '../image/layer-facts.ts';
import { SEARCH_VERSION } from '../image/secrets/search.ts';
import { messageOf } from '../model/fault.ts';
import type { Plan } from '../model/plan.ts';
import { findGhaCache } from '../plan/cache-references.ts';
import { packFacts, unpackFacts } from './fact-pack.ts';
import type { Run } from './run.ts';

/** More than the layers of sixty large images need; beyond it the oldest way serves: the layers are read. */
const LIMIT_BYTES = 32 * 2 ** 20;
const UNPACKED_LIMIT = 8 * LIMIT_BYTES;

/** Facts about layers on their way between machines, beside the build and the checks. Nothing here rejects. */
export interface FactJourney {
  /** What an earlier run found is there, or does not come. */
  readonly arrived: Promise<void>;
  /** Leaves what this run found for later ones. */
  keep(): Promise<void>;
  /** For the record; undefined where nothing was taken over. */
  note(): string | undefined;
}

const STAYS: FactJourney = {
  arrived: Promise.resolve(),
  keep: () => Promise.resolve(),
  note: () => undefined,
};

/**
 * Takes facts about layers from the cache of GitHub Actions and leaves them there. A cache can be written by whoever runs code on its
 * branch, so what is published or staged is judged without it: such a run reads every layer, and only leaves what it found (0210).
 */
export function carryFacts(run: Run, plan: Plan): FactJourney {
  const { actionsCache: cache, carriedFacts: facts, env, output } = run.effects;
  const rights = findGhaCache(env);
  const judges = run.request.command !== 'build' && run.request.command !== 'stack';
  if (cache === undefined || facts === undefined || rights === undefined || run.config.cache === 'none' || !judges)
    return STAYS;
  const prefix = `slipway-facts-v${String(LAYER_READER_VERSION)}.${String(SEARCH_VERSION)}-`;
  const own = `${prefix}${placeOf(run)}-`;
  let from: string | undefined;
  const bring = async (): Promise<void> => {
    const entry = await cache.restore([own, prefix], LIMIT_BYTES);
    if (entry === undefined) return;
    const found = await unpackFacts(entry.content, UNPACKED_LIMIT);
    if (found === undefined) return;
    facts.bring(found);
    from = entry.key;
  };
  const leave = async (): Promise<void> => {
    const used = facts.used();
    const key = `${own}${hashOf([...used.keys()].toSorted().join('\n'))}`;
    if (used.size === 0 || key === from) return;
    const packed = await packFacts(used);
    if (packed.length <= LIMIT_BYTES) await cache.save(key, packed);
  };
  const quietly = (what: string, work: () => Promise<void>): Promise<void> =>
    work().catch((error: unknown) => {
      output.stderr(`warning: facts about layers were not ${what}: ${messageOf(error)}\n`);
    });
  return {
    arrived: rights.reads && mayBelieve(run, plan) ? quietly('taken over', bring) : Promise.resolve(),
    keep: () => (rights.writes && !plan.event.fork ? quietly('kept', leave) : Promise.resolve()),
    note: () =>
      from === undefined || facts.lent() === 0
        ? undefined
        : `${String(facts.lent())} facts about layers were found by an earlier run (actions cache ${from})`,
  };
}

/** Whether nothing of this run is handed on: neither published nor put into staging, now or by a later step. */
function mayBelieve({ request, config }: Run, { publish, event }: Plan): boolean {
  if (publish.publish) return false;
  const stages = request.command === 'stage' || (request.command === 'ship' && config.staging !== undefined);
  return event.fork || !stages;
}

/** Two configs and two shards leave facts about different images. */
function placeOf({ config, request }: Run): string {
  return hashOf([config.file ?? '', ...request.only.toSorted()].join('\n')).slice(0, 8);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
