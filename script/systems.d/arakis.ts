import { ratios } from './build-sources.ts';
import { context, layers, published, rule, type System } from './row.ts';
import { memory, probe, readyWithin } from './stack-sources.ts';

const MB = 1_000_000;

/** A1-A12. */
export const arakis: System = {
  name: 'arakis',
  title: 'Arakis',
  rows: [
    {
      id: 'A1',
      kind: 'E/M',
      requirement: '1.88 GB; layers of 45 MB, 1.2 GB, 430 MB, 5 MB',
      sources: [rule('size.unpacked', 'api-full'), layers('api-full')],
      ofBase: true,
    },
    {
      id: 'A2',
      kind: 'E',
      requirement: 'user arakis:1000; no build tools',
      sources: [rule('user.runtime', 'api'), rule('hygiene.compilers', 'api')],
    },
    {
      id: 'A3',
      kind: 'M/E',
      requirement: 'context of 1.71 MB, not 50',
      sources: [rule('context.size', 'api'), context('api', 1.71 * MB)],
    },
    {
      id: 'A4',
      kind: 'E',
      requirement: '4 services healthy; api start period 40 s',
      sources: [rule('stack.ready'), rule('health.becomes-healthy', 'api')],
    },
    {
      id: 'A5',
      kind: 'E',
      requirement: 'the production override merges; runs inside 2 CPU and 2 GB',
      sources: [rule('stack.limits'), rule('run.memory', 'api')],
    },
    {
      id: 'A6',
      kind: 'E',
      requirement: '`alembic upgrade head`; health says connected; POST is 201',
      sources: [probe(/alembic upgrade/), rule('stack.http')],
    },
    {
      id: 'A7',
      kind: 'M/E',
      requirement: 'cold 2-3 min, warm about 30 s, healthy about 10 s after the start',
      sources: [readyWithin(30_000, 'api'), rule('health.becomes-healthy', 'api')],
      outside: 'cold: pulling the public images, which stand-ins are not',
      ofBase: true,
    },
    {
      id: 'A8',
      kind: 'M/E',
      requirement: 'first build about 5 min, code change 10 s, dependency change 2 min',
      sources: [ratios('arakis', { parts: { code: 10 / 300, dependencies: 120 / 300 } })],
    },
    {
      id: 'A9',
      kind: 'M/E',
      requirement: 'idle: api 150 MB, total 290 MB; active: api 400 MB, total 595 MB',
      sources: [memory({ idle: 290 * MB, active: 595 * MB }, { api: { idle: 150 * MB, active: 400 * MB } })],
      ofBase: true,
    },
    {
      id: 'A10',
      kind: 'E',
      requirement: 'slim by 500-800 MB, and the PDF export still works',
      sources: [rule('size.unpacked', 'api'), probe(/app\.export/)],
      ofBase: true,
    },
    {
      id: 'A11',
      kind: 'P',
      requirement: 'CI/CD, registry, health checks and rollback',
      sources: [published()],
      outside: 'a rollback deploys an earlier digest; `slipway verify` says which are proven',
    },
    {
      id: 'A12',
      kind: 'O',
      requirement: 'virtual machine, nginx, SSL, WAF',
      sources: [],
      outside: 'deployment; give it the digest that was published',
    },
  ],
};
