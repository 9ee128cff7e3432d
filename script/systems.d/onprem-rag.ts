import { built, rule, type System, unseen } from './row.ts';
import { memory, stackNote } from './stack-sources.ts';

/** R1-R14. */
export const onpremRag: System = {
  name: 'onprem-rag',
  title: 'On-premises RAG',
  rows: [
    {
      id: 'R1',
      kind: 'B',
      requirement: 'targets `production` and `builder`',
      sources: [built('api', 'api-dev', 'frontend')],
    },
    {
      id: 'R2',
      kind: 'E',
      requirement: 'not root',
      sources: [rule('user.runtime', 'api'), rule('user.runtime', 'api-dev'), rule('user.runtime', 'frontend')],
    },
    {
      id: 'R3',
      kind: 'E',
      requirement: 'health checks 30s/30s/5s/3 (a start period of 5 s covers no probe: repaired)',
      sources: [rule('health.becomes-healthy', 'api'), rule('health.start-period', 'api')],
    },
    {
      id: 'R4',
      kind: 'E',
      requirement: '7 services start and talk to each other',
      sources: [rule('stack.ready'), rule('stack.http')],
    },
    {
      id: 'R5',
      kind: 'E',
      requirement: 'memory limit 2 G, reservation 1 G',
      sources: [rule('stack.limits'), rule('run.memory', 'api'), memory()],
    },
    {
      id: 'R6',
      kind: 'E',
      requirement: 'GPU reservation of the model service; taken away where there is no GPU',
      sources: [stackNote(/GPU/i), unseen('with a GPU it needs a machine that has one')],
    },
    {
      id: 'R7',
      kind: 'E',
      requirement: 'read-only root file system where possible',
      sources: [rule('run.read-only', 'api'), rule('run.read-only', 'frontend')],
    },
    {
      id: 'R8',
      kind: 'E',
      requirement: 'isolation: only the proxy is exposed',
      sources: [rule('compose.published-internal'), rule('stack.reachable')],
    },
    {
      id: 'R9',
      kind: 'E',
      requirement: 'secrets apart',
      sources: [rule('compose.secret-literal'), rule('secret.layers', 'api'), rule('secret.known-values', 'api')],
    },
    { id: 'R10', kind: 'E', requirement: 'volumes persist', sources: [rule('stack.restart')] },
    { id: 'R11', kind: 'E', requirement: 'the proxy routes `/` and `/api/`', sources: [rule('stack.http')] },
    {
      id: 'R12',
      kind: 'B',
      requirement: 'development and production alike: both targets build',
      sources: [built('api', 'api-dev')],
    },
    {
      id: 'R13',
      kind: 'E',
      requirement: 'ready for Kubernetes',
      sources: [rule('user.numeric', 'api'), rule('user.numeric', 'frontend'), rule('compose.privileged')],
    },
    {
      id: 'R14',
      kind: 'O',
      requirement: 'hot reload, backups, documentation',
      sources: [],
      outside:
        'docker-compose.dev.yml reloads; backups: `docker run --rm -v VOLUME:/from -v $PWD:/to … tar` of each of the five volumes, by whoever operates it',
    },
  ],
};
