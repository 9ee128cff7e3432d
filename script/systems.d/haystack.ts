import { buildTime } from './build-sources.ts';
import { built, gpu, layers, published, rule, type System } from './row.ts';

/** H1-H13. */
export const haystack: System = {
  name: 'haystack',
  title: 'HAYSTACK',
  rows: [
    {
      id: 'H1',
      kind: 'B',
      requirement: 'three images from three Dockerfiles',
      sources: [built('api', 'orchestrator', 'inference')],
    },
    {
      id: 'H2',
      kind: 'E',
      requirement: 'HEALTHCHECK 30s/10s/5s/3 on :8080/api/v1/health/ becomes healthy; the endpoint answers',
      sources: [rule('health.becomes-healthy', 'api'), rule('http.probe', 'api')],
    },
    { id: 'H3', kind: 'E', requirement: 'listens on 0.0.0.0:8080 (`$PORT`)', sources: [rule('port.listening', 'api')] },
    {
      id: 'H4',
      kind: 'E',
      requirement: 'runs against a database; serves the frontend at `/` and the API',
      sources: [rule('http.probe', 'api'), rule('stack.http')],
    },
    {
      id: 'H5',
      kind: 'E',
      requirement: 'orchestrator as uid 1000; api and inference have no USER: repaired',
      sources: [
        rule('user.config', 'orchestrator'),
        rule('user.runtime', 'orchestrator'),
        rule('user.config', 'api'),
        rule('user.config', 'inference'),
      ],
    },
    {
      id: 'H6',
      kind: 'E',
      requirement: 'dependencies install correctly; a run with mocked services',
      sources: [rule('python.pip-check', 'orchestrator'), rule('job.exit', 'orchestrator')],
    },
    {
      id: 'H7',
      kind: 'B',
      requirement: 'NVIDIA base (10 GB to download, 22 GB unpacked)',
      sources: [rule('size.unpacked', 'inference'), layers('inference')],
      ofBase: true,
    },
    {
      id: 'H8',
      kind: 'E',
      requirement: 'the model loads; inference on sample data; GPU utilization above 0',
      sources: [rule('job.exit', 'inference'), gpu('inference')],
    },
    { id: 'H9', kind: 'P', requirement: 'tags of the commit and `latest`; all pushed', sources: [published()] },
    { id: 'H10', kind: 'M/E', requirement: 'the whole build within 1800 s', sources: [buildTime(1800)], ofBase: true },
    {
      id: 'H11',
      kind: 'O',
      requirement: 'registry and IAM exist',
      sources: [],
      outside:
        '`slipway init google` prints the commands for registry and IAM, `slipway doctor` verifies what they made',
    },
    {
      id: 'H12',
      kind: 'E',
      requirement: 'compose up: postgres healthy, then the api',
      sources: [rule('stack.ready'), rule('compose.depends-health')],
    },
    {
      id: 'H13',
      kind: 'M',
      requirement: '`.dockerignore` is absent: how large the context is',
      sources: [rule('context.size', 'api'), rule('context.dockerignore', 'api')],
    },
  ],
};
