import { describe, expect, test } from '@jest/globals';
import { defineBake, type DefinitionOptions } from '../../src/build/definition.ts';
import { engineName, keptName, targetName } from '../../src/build/names.ts';
import { known } from '../../src/model/facts.ts';
import type { PlannedImage } from '../../src/model/plan.ts';
import { plannedImage } from '../support/planned.ts';

const DIRECTORY = '/project';
const options: DefinitionOptions = {
  directory: DIRECTORY,
  store: 'containerd',
  runId: 'run1',
  secretVariable: (image, id) => `VARIABLE_${image}_${id}`,
  filledCaches: new Set(),
};

interface Defined {
  readonly target: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly group: unknown;
}

function define(images: readonly PlannedImage[], change: Partial<DefinitionOptions> = {}): Defined {
  return JSON.parse(defineBake(images, { ...options, ...change }).json) as Defined;
}

const api = (config: Parameters<typeof plannedImage>[1], change: Partial<PlannedImage> = {}): PlannedImage =>
  plannedImage('api', config, change);

test('the smallest image', () => {
  const name = engineName(DIRECTORY, 'api', 'run1');
  expect(define([api({})])).toEqual({
    target: {
      api: {
        context: '/project',
        dockerfile: '/project/Dockerfile',
        args: {},
        secret: [],
        ssh: [],
        attest: ['type=provenance,mode=min'],
        output: [`type=image,"name=${name},${keptName(name)}",unpack=true,oci-mediatypes=true,compression=gzip`],
        'cache-from': [],
        'cache-to': [],
      },
    },
    group: { default: { targets: ['api'] } },
  });
});

describe('one key at a time', () => {
  const cache = { type: 'local', location: '/caches/api' } as const;
  const registry = { type: 'registry', location: 'host/api:cache' } as const;
  const gha = { type: 'gha', location: 'slipway-api' } as const;
  test.each([
    [
      'context and dockerfile',
      api({ context: 'app', dockerfile: 'docker/Dockerfile.api' }),
      {},
      { context: '/project/app', dockerfile: '/project/docker/Dockerfile.api' },
    ],
    ['target', api({ target: 'runtime' }), {}, { target: 'runtime' }],
    ['platforms', api({ platforms: ['linux/arm64'] }), {}, { platforms: ['linux/arm64'] }],
    ['ssh', api({ ssh: ['default'] }), {}, { ssh: ['default'] }],
    ['provenance max', api({ provenance: 'max' }), {}, { attest: ['type=provenance,mode=max'] }],
    [
      'a bill of materials',
      api({ sbomGenerator: 'acme/scanner@sha256:0' }),
      {},
      { attest: ['type=provenance,mode=min', 'type=sbom,generator=acme/scanner@sha256:0'] },
    ],
    ['provenance off', api({ provenance: 'off' }), {}, { attest: ['type=provenance,disabled=true'] }],
    ['the commit time', api({}), { sourceDateEpoch: 1_700_000_000 }, { args: { SOURCE_DATE_EPOCH: '1700000000' } }],
    [
      'an epoch of the user',
      api({ args: { SOURCE_DATE_EPOCH: '0' } }),
      { sourceDateEpoch: 1 },
      { args: { SOURCE_DATE_EPOCH: '0' } },
    ],
    [
      'secrets by variable, never by value',
      api({ secrets: [{ id: 'tok', source: { from: 'env', name: 'TOK' }, rebuild: false }] }),
      {},
      { secret: ['type=env,id=tok,env=VARIABLE_api_tok'] },
    ],
    [
      'a filled local cache',
      api({}, { cacheFrom: [cache] }),
      { filledCaches: new Set(['/caches/api']) },
      { 'cache-from': ['type=local,src=/caches/api'] },
    ],
    ['an empty local cache', api({}, { cacheFrom: [cache] }), {}, { 'cache-from': [] }],
    [
      'a registry cache',
      api({}, { cacheFrom: [registry], cacheTo: [{ ...registry, mode: 'min' }] }),
      {},
      {
        'cache-from': ['type=registry,ref=host/api:cache'],
        'cache-to': ['type=registry,ref=host/api:cache,mode=min,ignore-error=true'],
      },
    ],
    [
      'the cache of GitHub Actions',
      api({}, { cacheFrom: [gha], cacheTo: [{ ...gha, mode: 'max' }] }),
      {},
      {
        'cache-from': ['type=gha,scope=slipway-api'],
        'cache-to': ['type=gha,scope=slipway-api,mode=max,ignore-error=true'],
      },
    ],
    [
      'a place with a comma and a quote',
      api({}, { cacheTo: [{ type: 'local', location: '/c,"a' }] }),
      {},
      { 'cache-to': ['type=local,"dest=/c,""a",mode=max,ignore-error=true'] },
    ],
  ])('%s', (_name, image, change, expected) => {
    expect(define([image], change).target['api']).toMatchObject(expected);
  });
  test('zstd is forced onto every layer', () => {
    const [output] = define([api({ compression: 'zstd' })]).target['api']?.['output'] as string[];
    expect(output).toContain('compression=zstd,force-compression=true');
  });
  test('a graph driver gets no attestation, no compression and no cache export', () => {
    const image = api(
      { provenance: 'max', compression: 'zstd', sbomGenerator: 'acme/scanner' },
      { cacheTo: [registry], cacheFrom: [registry] },
    );
    expect(define([image], { store: 'graph-driver' }).target['api']).toMatchObject({
      attest: ['type=provenance,disabled=true'],
      output: [`type=docker,name=${engineName(DIRECTORY, 'api', 'run1')}`],
      'cache-from': ['type=registry,ref=host/api:cache'],
      'cache-to': [],
    });
  });
});

describe('secrets that want their stage to run again', () => {
  const secret = (rebuild: boolean): Partial<PlannedImage['config']> => ({
    secrets: [{ id: 'tok', source: { from: 'env', name: 'TOK' }, rebuild }],
  });
  const facts = (name: string | undefined): Partial<PlannedImage> => {
    const text = '--mount=type=secret,id=tok cat';
    const instruction = { keyword: 'RUN', text, stage: 0, line: 2, endLine: 2, lines: [], heredocs: [] };
    const stage = { base: 'debian', line: 1, reachable: true, ...(name === undefined ? {} : { name }) };
    return {
      dockerfile: known({ file: 'Dockerfile', stages: [stage], instructions: [instruction], missingSources: [] }),
    };
  };
  test.each([
    ['not asked for', secret(false), facts('deps'), {}],
    ['a named stage', secret(true), facts('deps'), { 'no-cache-filter': ['deps'] }],
    ['an unnamed stage', secret(true), facts(undefined), { 'no-cache': true }],
    ['a Dockerfile that could not be read', secret(true), {}, { 'no-cache': true }],
  ])('%s', (_name, config, change, expected) => {
    const { 'no-cache': all, 'no-cache-filter': some } = define([api(config, change)]).target['api'] ?? {};
    expect({ 'no-cache': all, 'no-cache-filter': some }).toEqual(expected);
  });
});

describe('what the user wrote stays what it is', () => {
  test.each([
    ['${HOME}', '$${HOME}'],
    ['%{if}', '%%{if}'],
    ['$${X}', '$$${X}'],
    ['$HOME 100% {x}', '$HOME 100% {x}'],
  ])('%s is not a template', (value, written) => {
    expect(define([api({ args: { A: value } })]).target['api']?.['args']).toEqual({ A: written });
  });
  test('names that bake does not know become targets of their own', () => {
    expect(targetName('api.v2')).not.toBe(targetName('api/v2'));
    expect(targetName('api.v2')).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(targetName('api-2_x')).toBe('api-2_x');
  });
});

describe('entitlements', () => {
  const allow = (image: PlannedImage, change: Partial<DefinitionOptions> = {}): readonly string[] =>
    defineBake([image], { ...options, ...change }).allow;
  test('none for an image inside the folder', () => {
    expect(allow(api({ context: 'app', dockerfile: 'docker/Dockerfile' }))).toEqual([]);
  });
  test('exactly the paths outside of it, and ssh', () => {
    const cache = { type: 'local', location: '/caches/api' } as const;
    const image = api(
      { context: '..', dockerfile: '../Dockerfile', ssh: ['default'] },
      { cacheFrom: [cache], cacheTo: [cache] },
    );
    const expected = ['fs.read=/', 'fs.read=/Dockerfile', 'fs.read=/caches/api', 'fs.write=/caches/api', 'ssh'];
    expect(allow(image, { filledCaches: new Set(['/caches/api']) })).toEqual(expected);
  });
  test('a folder whose name starts with two dots is inside', () => {
    expect(allow(api({ context: '..app' }))).toEqual([]);
  });
});

describe('names in the engine', () => {
  test('two checkouts on one engine do not meet', () => {
    expect(engineName('/one', 'api', 'r')).not.toBe(engineName('/two', 'api', 'r'));
  });
  test('the kept name differs in its tag only', () => {
    const name = engineName('/one', 'API', 'r');
    expect(name).toMatch(/^slipway\.local\/[0-9a-f]{12}\/api:r$/);
    expect(keptName(name)).toBe(name.replace(/:r$/, ':kept'));
  });
});
