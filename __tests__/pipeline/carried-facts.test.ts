import { beforeEach, describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { makeCarriedFacts } from '../../src/io/carried-facts.ts';
import type { ActionsCache } from '../../src/model/actions-cache.ts';
import type { Plan } from '../../src/model/plan.ts';
import { carryFacts } from '../../src/pipeline/carried-facts.ts';
import { packFacts, unpackFacts } from '../../src/pipeline/fact-pack.ts';
import type { Run } from '../../src/pipeline/run.ts';
import { blankConfig } from '../support/blank.ts';
import { makeMemoryCache } from '../support/memory-cache.ts';

const FACTS = new Map([
  ['layer-facts/v1/gzip/sha256:a', Buffer.from('about a')],
  ['known-values/none/v1/sha256:a', Buffer.from('[]')],
  ['tools/buildx', Buffer.from('somebody else’s')],
]);

describe('facts in one text', () => {
  test('come back', async () => {
    expect(await unpackFacts(await packFacts(FACTS), 1000)).toEqual(FACTS);
    expect(await unpackFacts(await packFacts(new Map()), 1000)).toEqual(new Map());
  });
  test.each<[string, Buffer]>([
    ['no archive', Buffer.from('facts')],
    ['no list', gzipSync('{}\n')],
    ['an entry without a length', gzipSync('[["a"]]\n')],
    ['a length below zero', gzipSync('[["a",-1],["b",1]]\n')],
    ['fewer bytes than it lists', gzipSync('[["a",5]]\nabc')],
    ['more bytes than it lists', gzipSync('[["a",1]]\nabc')],
    ['more than may be', gzipSync(`[["a",2000]]\n${'x'.repeat(2000)}`)],
  ])('are not taken from %s', async (_, packed) => {
    expect(await unpackFacts(packed, 1000)).toBeUndefined();
  });
});

const entries = new Map<string, Uint8Array>();
const cache: ActionsCache = {
  restore: (prefixes) => {
    const key = prefixes.flatMap((prefix) => [...entries.keys()].findLast((one) => one.startsWith(prefix)) ?? [])[0];
    const content = key === undefined ? undefined : entries.get(key);
    return Promise.resolve(key === undefined || content === undefined ? undefined : { key, content });
  },
  save: (key, content) => {
    entries.set(key, content);
    return Promise.resolve(true);
  },
  restoreLayout: () => Promise.resolve(undefined),
  saveLayout: () => Promise.resolve(false),
};
beforeEach(() => {
  entries.clear();
});

interface Job {
  readonly publish?: boolean;
  readonly fork?: boolean;
  readonly command?: string;
  readonly staging?: boolean;
  readonly permission?: number;
  readonly mode?: string;
  readonly cache?: 'none';
  readonly broken?: boolean;
}

/** Another machine, and what it told people. */
function machine(job: Job) {
  const said: string[] = [];
  const { cache: factCache, carried } = makeCarriedFacts(makeMemoryCache());
  const ac = JSON.stringify([{ Scope: 'refs/heads/main', Permission: job.permission ?? 3 }]);
  const token = `a.${Buffer.from(JSON.stringify({ ac })).toString('base64url')}.b`;
  const down = () => Promise.reject(new Error('the service is down'));
  const run = {
    request: { command: job.command ?? 'check', only: [] },
    config: blankConfig({
      ...(job.staging === true ? { staging: 'registry.example/staging' } : {}),
      ...(job.cache === undefined ? {} : { cache: job.cache }),
    }),
    effects: {
      actionsCache: job.broken === true ? { ...cache, restore: down, save: down } : cache,
      carriedFacts: carried,
      output: { stderr: (text: string) => said.push(text) },
      env: {
        ACTIONS_RUNTIME_TOKEN: token,
        ACTIONS_RESULTS_URL: 'https://results.example',
        ACTIONS_CACHE_MODE: job.mode ?? '',
      },
    },
  } as unknown as Run;
  const plan: Plan = {
    event: { name: 'pull_request', dirty: false, fork: job.fork ?? false },
    publish: { publish: job.publish ?? false, reason: '' },
    images: [],
  };
  return { facts: factCache, said, journey: carryFacts(run, plan) };
}

async function leave(job: Job): Promise<readonly string[]> {
  const { facts, journey } = machine(job);
  await journey.arrived;
  for (const [key, value] of FACTS) await facts.put(key, value);
  await journey.keep();
  return [...entries.keys()];
}

async function find(job: Job): Promise<boolean> {
  const { facts, journey } = machine(job);
  await journey.arrived;
  const found = await facts.get('layer-facts/v1/gzip/sha256:a');
  expect(await facts.get('tools/buildx')).toBeUndefined();
  expect(journey.note()?.slice(0, 23)).toBe(found === undefined ? undefined : '1 facts about layers we');
  return found !== undefined;
}

describe('facts about layers', () => {
  test.each<[string, Job, boolean]>([
    ['a check of a pull request', {}, true],
    ['a check of a fork', { fork: true, permission: 1 }, true],
    ['a fork’s staging job, which stages nothing', { fork: true, command: 'stage', staging: true }, true],
    ['a ship that publishes nothing and has no staging', { command: 'ship' }, true],
    ['a ship that leaves candidates in staging', { command: 'ship', staging: true }, false],
    ['a staging job', { command: 'stage', staging: true }, false],
    ['a run that publishes', { publish: true, command: 'ship' }, false],
    ['a check whose verdict a later step may publish', { publish: true }, false],
    ['a job with cache-mode none', { mode: 'none' }, false],
    ['a job with cache-mode write-only', { mode: 'write-only' }, false],
    ['a token that may not read', { permission: 2 }, false],
    ['a config with cache: none', { cache: 'none' }, false],
  ])('of an earlier run are read by %s', async (_, job, expected) => {
    await leave({ publish: true });
    expect(await find(job)).toBe(expected);
  });

  test.each<[string, Job, number]>([
    ['a run that publishes', { publish: true }, 1],
    ['a staging job', { command: 'stage', staging: true }, 1],
    ['a pull request', {}, 1],
    ['a fork', { fork: true }, 0],
    ['a job with cache-mode read', { mode: 'read' }, 0],
    ['a job with cache-mode none', { mode: 'none' }, 0],
    ['a token that only reads', { permission: 1 }, 0],
    ['a config with cache: none', { cache: 'none' }, 0],
    ['a build that judges nothing', { command: 'build' }, 0],
  ])('are left by %s', async (_, job, count) => {
    expect(await leave(job)).toHaveLength(count);
  });

  test('are left once for the same layers', async () => {
    const [key] = await leave({});
    entries.set(key ?? '', entries.get(key ?? '') ?? Buffer.alloc(0));
    expect(await leave({})).toEqual([key]);
  });

  test('of a damaged entry are none, and a service that is down is a warning', async () => {
    const [key = ''] = await leave({});
    entries.set(key, Buffer.from('damaged'));
    expect(await find({})).toBe(false);
    const { journey, facts, said } = machine({ broken: true });
    await journey.arrived;
    await facts.put('layer-facts/x', Buffer.from('x'));
    await journey.keep();
    expect(said.join('')).toMatch(/not taken over: the service is down\n.*not kept: the service is down/);
  });
});
