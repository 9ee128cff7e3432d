import { expect, test } from '@jest/globals';
import type { ActionsCache } from '../../src/model/actions-cache.ts';
import { Fault } from '../../src/model/fault.ts';
import type { GitHub } from '../../src/model/github.ts';
import type { Plan } from '../../src/model/plan.ts';
import { noteQuota } from '../../src/pipeline/cache-quota.ts';
import { plannedImage } from '../support/planned.ts';

const plan = (type: 'gha' | 'registry' | 'local'): Plan => ({
  event: { name: 'push', dirty: false, fork: false },
  publish: { publish: false, reason: '' },
  images: [plannedImage('api', {}, { cacheFrom: [{ type, location: 'x' }] })],
});
const github = (bytes: number | Error) =>
  ({
    cacheUsage: () => (bytes instanceof Error ? Promise.reject(bytes) : Promise.resolve({ bytes, count: 3 })),
  }) as unknown as GitHub;

test.each<[string, Plan, GitHub | undefined, string | undefined]>([
  ['fills up', plan('gha'), github(7.1e9), 'the repository’s actions cache holds 7.10 GB of 10.0 GB'],
  ['has room', plan('gha'), github(5.9e9), undefined],
  ['is not used', plan('registry'), github(9e9), undefined],
  ['may not be asked', plan('gha'), github(new Fault('Resource not accessible by integration')), undefined],
  ['cannot be asked', plan('gha'), undefined, undefined],
])('the cache %s', async (_, planned, asked, expected) => {
  const note = await noteQuota(asked === undefined ? {} : { github: asked }, planned);
  expect(note?.slice(0, expected?.length)).toBe(expected);
});

test('cache: local counts where it travels through that cache, and not where the machine keeps it', async () => {
  const actionsCache = {} as unknown as ActionsCache;
  expect(await noteQuota({ github: github(7.1e9), actionsCache }, plan('local'))).toMatch(/7.10 GB of 10.0 GB/);
  expect(await noteQuota({ github: github(7.1e9) }, plan('local'))).toBeUndefined();
});
