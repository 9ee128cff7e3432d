import { expect, test } from '@jest/globals';
import type { SourceEvent } from '../../src/model/plan.ts';
import { findCacheReferences, takesSecretArgument, type CacheRequest } from '../../src/plan/cache-references.ts';
import { parseDockerfile, type Dockerfile } from '../../src/plan/dockerfile.ts';
import { blankImage } from '../support/blank.ts';

const MAIN: SourceEvent = { name: 'push', branch: 'main', defaultBranch: 'main', dirty: false, fork: false };
const TOPIC: SourceEvent = { ...MAIN, branch: 'feature/x' };

function parse(text: string): Dockerfile {
  const parsed = parseDockerfile(text, { args: {} });
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
}

function find(change: Partial<CacheRequest>, text = 'FROM a', image = blankImage()) {
  const request = { mode: 'registry', event: MAIN, registry: 'r.example/p', folder: '/c', publish: true } as const;
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
