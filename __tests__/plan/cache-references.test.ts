import { expect, test } from '@jest/globals';
import type { SourceEvent } from '../../src/model/plan.ts';
import {
  chooseCache,
  findCacheReferences,
  findGhaCache,
  takesSecretArgument,
  type CacheRequest,
} from '../../src/plan/cache-references.ts';
import { parseDockerfile, type Dockerfile } from '../../src/plan/dockerfile.ts';
import { blankImage } from '../support/blank.ts';
import { unsignedToken } from '../support/claims.ts';

const MAIN: SourceEvent = { name: 'push', branch: 'main', defaultBranch: 'main', dirty: false, fork: false };
const TOPIC: SourceEvent = { ...MAIN, branch: 'feature/x' };

type Changed = Partial<Omit<CacheRequest, 'registry'>> & { readonly registry?: string | null };
const BOTH = { reads: true, writes: true };

function parse(text: string): Dockerfile {
  const parsed = parseDockerfile(text, { args: {} });
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
}

function find({ registry = 'r.example/p', ...change }: Changed, text = 'FROM a', image = blankImage()) {
  const request = {
    mode: 'registry',
    event: MAIN,
    folder: '/c',
    publish: true,
    ...(registry === null ? {} : { registry }),
  } as const;
  const { cacheFrom, cacheTo } = findCacheReferences(image, parse(text), { ...request, ...change });
  return { from: cacheFrom.map(({ location }) => location), to: cacheTo.map(({ location, mode }) => [location, mode]) };
}

test.each([
  ['the default branch', {}, ['r.example/p/api:buildcache-main'], [['r.example/p/api:buildcache-main', 'max']]],
  [
    'another branch that may not publish',
    { event: TOPIC, publish: false },
    ['r.example/p/api:buildcache-feature-x', 'r.example/p/api:buildcache-main'],
    [],
  ],
  [
    'a fork',
    { event: { ...TOPIC, fork: true } },
    ['r.example/p/api:buildcache-feature-x', 'r.example/p/api:buildcache-main'],
    [],
  ],
  ['a local folder', { mode: 'local', publish: false }, ['/c/api/main'], [['/c/api/main', 'max']]],
  ['a fork’s local folder', { mode: 'local', event: { ...MAIN, fork: true } }, ['/c/api/main'], []],
  ['none', { mode: 'none' }, [], []],
  ['GitHub’s own', { mode: 'gha', gha: BOTH, publish: false }, ['slipway-api'], [['slipway-api', 'max']]],
  ['GitHub’s own in a fork', { mode: 'gha', gha: BOTH, event: { ...TOPIC, fork: true } }, ['slipway-api'], []],
  ['GitHub’s own, to be read only', { mode: 'gha', gha: { reads: true, writes: false } }, ['slipway-api'], []],
  [
    'GitHub’s own, to be written only',
    { mode: 'gha', gha: { reads: false, writes: true } },
    [],
    [['slipway-api', 'max']],
  ],
  ['GitHub’s own where there is none', { mode: 'gha' }, [], []],
  ['auto without a registry', { mode: 'auto', gha: BOTH, registry: null }, ['slipway-api'], [['slipway-api', 'max']]],
  [
    'auto in a workflow',
    { mode: 'auto' },
    ['r.example/p/api:buildcache-main'],
    [['r.example/p/api:buildcache-main', 'max']],
  ],
  ['auto on the command line', { mode: 'auto', event: { ...MAIN, name: 'command-line' } }, [], []],
] as const)('%s', (_, change, from, to) => {
  expect(find(change)).toEqual({ from, to });
});

test('without a registry, without a branch, per platform', () => {
  const none: CacheRequest = { mode: 'registry', event: MAIN, folder: '/c', publish: true };
  expect(findCacheReferences(blankImage(), parse('FROM a'), none)).toEqual({ cacheFrom: [], cacheTo: [] });
  const detached: SourceEvent = { name: 'command-line', defaultBranch: 'main', dirty: false, fork: false };
  expect(find({ event: detached })).toEqual({ from: ['r.example/p/api:buildcache-main'], to: [] });
  expect(find({}, 'FROM a', blankImage({ platforms: ['linux/arm64'] })).from).toEqual([
    'r.example/p/api:buildcache-main-linux-arm64',
  ]);
});

test('of an image with build secrets only its own layers go into GitHub’s cache, which nobody can search afterwards', () => {
  const secret = { id: 't', source: { from: 'env', name: 'T' }, rebuild: false } as const;
  const image = blankImage({ secrets: [secret] });
  expect(find({ mode: 'gha', gha: BOTH }, 'FROM a', image).to).toEqual([['slipway-api', 'min']]);
  expect(find({}, 'FROM a', image).to).toEqual([['r.example/p/api:buildcache-main', 'max']]);
});

test('a stage that takes a secret-like argument keeps the cache to the last stage', () => {
  expect(find({}, 'FROM a AS b\nARG NPM_TOKEN\nFROM c').to).toEqual([['r.example/p/api:buildcache-main', 'min']]);
});

test.each([
  ['NPM_TOKEN', true],
  ['GIT_TOKEN=x', true],
  ['api_key', true],
  ['DB_PASSWORD', true],
  ['TOKENIZERS_PARALLELISM', false],
  ['GPG_KEY', false],
  ['TOKEN_FILE', false],
  ['KEYCLOAK_VERSION', false],
  ['NODE_VERSION=20', false],
])('ARG %s is secret-like: %s', (argument, secret) => {
  expect(takesSecretArgument(parse(`FROM a\nARG ${argument}`))).toBe(secret);
});

/** The token of a job with these rights in the cache of its branch. */
function tokenWith(ac: unknown): string {
  return unsignedToken({ ac: typeof ac === 'string' ? ac : JSON.stringify(ac) });
}
const ALL = [{ Scope: 'refs/heads/main', Permission: 3 }];
const offered = (token: string, mode?: string) =>
  findGhaCache({
    ACTIONS_RUNTIME_TOKEN: token,
    ACTIONS_RESULTS_URL: 'https://results.example',
    ACTIONS_CACHE_MODE: mode,
  });

test.each<[string | undefined, boolean, boolean]>([
  [undefined, true, true],
  ['write', true, true],
  ['read', true, false],
  ['write-only', false, true],
  ['none', false, false],
  ['of-next-year', true, true],
])('cache-mode %s', (mode, reads, writes) => {
  expect(offered(tokenWith(ALL), mode)).toEqual({ reads, writes });
});

test.each<[string, string, object | undefined]>([
  [
    'of a pull request',
    tokenWith([
      { Scope: 'refs/pull/1/merge', Permission: 3 },
      { Scope: 'refs/heads/main', Permission: 1 },
    ]),
    { reads: true, writes: true },
  ],
  ['that only reads', tokenWith([{ Scope: 'refs/heads/main', Permission: 1 }]), { reads: true, writes: false }],
  ['that opens no cache', tokenWith([]), undefined],
  ['without rights', unsignedToken({}), undefined],
  ['with rights in another form', tokenWith('{'), undefined],
  ['that is none', 'abc', undefined],
])('a token %s', (_, token, expected) => {
  expect(offered(token)).toEqual(expected);
});

test.each<[Partial<CacheRequest>, string | undefined, RegExp]>([
  [{ registry: 'r.example/p', gha: BOTH }, 'registry', /no quota/],
  [{ gha: BOTH }, 'gha', /no registry/],
  [{}, undefined, /neither/],
  [{ event: { ...MAIN, name: 'command-line' }, gha: BOTH }, undefined, /engine’s own/],
])('auto says why: %j', (change, type, why) => {
  const chosen = chooseCache({ mode: 'auto', event: MAIN, folder: '/c', publish: true, ...change });
  expect(chosen).toMatchObject({ why: expect.stringMatching(why) });
  expect(chosen.type).toBe(type);
});
