import { layers, published, rule, type System } from './row.ts';
import { memory, probe } from './stack-sources.ts';

/** F1-F16. */
export const healthbench: System = {
  name: 'healthbench',
  title: 'DF HealthBench',
  rows: [
    {
      id: 'F1',
      kind: 'E',
      requirement: 'multi-stage, python:3.11-slim, no development dependencies, only needed files',
      sources: [
        rule('python.pip-check', 'backend'),
        rule('hygiene.compilers', 'backend'),
        rule('hygiene.package-caches', 'backend'),
      ],
    },
    {
      id: 'F2',
      kind: 'E',
      requirement: '200-300 MB',
      sources: [rule('size.unpacked', 'backend'), layers('backend')],
      ofBase: true,
    },
    {
      id: 'F3',
      kind: 'E',
      requirement: 'not root',
      sources: [rule('user.config', 'backend'), rule('user.runtime', 'backend')],
    },
    {
      id: 'F4',
      kind: 'E',
      requirement: 'health checks 30s/10s/40s/3 of both services',
      sources: [rule('health.becomes-healthy', 'backend'), rule('compose.healthcheck'), rule('stack.ready')],
    },
    {
      id: 'F5',
      kind: 'E',
      requirement: 'one `compose up`; the backend waits for a healthy postgres; :8000',
      sources: [rule('compose.depends-health'), rule('stack.ready'), rule('port.listening', 'backend')],
    },
    {
      id: 'F6',
      kind: 'E',
      requirement: 'tables, seeding, embeddings',
      sources: [probe(/documents WHERE/), probe(/chunks/)],
      outside: 'OpenAI answers only where a key is given; embeddings are built in',
    },
    {
      id: 'F7',
      kind: 'E',
      requirement: '`/health`, `/health/db`, 6 documents, 45 chunks at least',
      sources: [rule('stack.http'), rule('stack.run')],
    },
    { id: 'F8', kind: 'E', requirement: 'a restart recovers; data persists', sources: [rule('stack.restart')] },
    { id: 'F9', kind: 'E', requirement: 'no "error" in the logs', sources: [rule('stack.logs')] },
    { id: 'F10', kind: 'M/E', requirement: 'startup below 60 s with the seeding', sources: [rule('stack.ready')] },
    {
      id: 'F11',
      kind: 'E',
      requirement: '4 workers, no --reload, logs to stdout',
      sources: [probe(/ultiprocessing-fork/), rule('stack.logs')],
    },
    {
      id: 'F12',
      kind: 'E',
      requirement: 'no secrets in compose file or Dockerfile',
      sources: [rule('compose.secret-literal'), rule('secret.layers', 'backend'), rule('secret.history', 'backend')],
    },
    { id: 'F13', kind: 'E', requirement: 'read-only mounts where possible', sources: [probe(/med_docs/)] },
    { id: 'F14', kind: 'M', requirement: '`docker stats` is reasonable', sources: [memory(), rule('stack.limits')] },
    {
      id: 'F15',
      kind: 'O',
      requirement: '.gitignore, READMEs',
      sources: [],
      outside: 'a review; that `.env` is in no context and no image is F12',
    },
    { id: 'F16', kind: 'P', requirement: 'a GitHub Actions pipeline', sources: [published()] },
  ],
};
