import { besideCompiler, buildTime, ratios } from './build-sources.ts';
import { built, layers, published, rule, type System, within } from './row.ts';
import { probe } from './stack-sources.ts';

/** D1-D17. */
export const demeter: System = {
  name: 'demeter',
  title: 'DemeterAI',
  rows: [
    {
      id: 'D1',
      kind: 'E',
      requirement: 'CPU image below 500 MB (target 300)',
      sources: [rule('size.unpacked', 'api'), layers('api')],
      ofBase: true,
    },
    {
      id: 'D2',
      kind: 'E',
      requirement: 'GPU image below 1.5 GB with the CUDA 12.1 runtime',
      sources: [within('demeter-document', rule('size.feasible', 'ml'))],
      unreachable: 'infeasible',
    },
    { id: 'D3', kind: 'E', requirement: 'no CUDA in the CPU image', sources: [rule('size.cuda-in-cpu-image', 'api')] },
    {
      id: 'D4',
      kind: 'M',
      requirement: 'multi-stage: 70 % smaller',
      sources: [besideCompiler('demeter', 0.7)],
      unreachable: 'infeasible',
    },
    {
      id: 'D5',
      kind: 'E',
      requirement: 'builder and runtime stages; no compilers',
      sources: [rule('hygiene.compilers', 'api')],
    },
    {
      id: 'D6',
      kind: 'E',
      requirement: 'not root, `whoami` is appuser, a numeric uid',
      sources: [rule('user.runtime', 'api'), rule('user.numeric', 'api'), probe(/whoami/)],
    },
    {
      id: 'D7',
      kind: 'E',
      requirement: 'HEALTHCHECK 30s/3s/40s/3: healthy by 40 s',
      sources: [rule('health.becomes-healthy', 'api'), rule('health.becomes-healthy', 'ml')],
    },
    {
      id: 'D8',
      kind: 'B',
      requirement: 'build arguments; two variants of one Dockerfile',
      sources: [built('api', 'ml')],
    },
    { id: 'D9', kind: 'E', requirement: '`/health` is `{"status":"healthy"}`', sources: [rule('http.probe', 'api')] },
    {
      id: 'D10',
      kind: 'E',
      requirement: 'SIGTERM stops within 10 s',
      sources: [rule('stop.graceful', 'api'), rule('stop.graceful', 'ml')],
    },
    {
      id: 'D11',
      kind: 'E',
      requirement: 'GPU variables; the celery worker starts',
      sources: [rule('cuda.env', 'ml'), rule('health.becomes-healthy', 'ml'), probe(/selftest/)],
    },
    {
      id: 'D12',
      kind: 'E/M',
      requirement: '`.dockerignore` works: no `.git`, `.env*`, tests in the image',
      sources: [
        rule('context.dockerignore', 'api'),
        rule('context.size', 'api'),
        rule('hygiene.git-dir', 'api'),
        rule('secret.files', 'api'),
      ],
    },
    {
      id: 'D13',
      kind: 'M/E',
      requirement: 'builds clean within 5 min, cached within 30 s',
      sources: [buildTime(300), ratios('demeter', { seconds: { cold: 300, warm: 30 } })],
      ofBase: true,
    },
    {
      id: 'D14',
      kind: 'M/E',
      requirement: 'starts within 10 s, answers within 3 s',
      sources: [rule('startup.time', 'api'), rule('http.probe', 'api')],
    },
    { id: 'D15', kind: 'P', requirement: 'CI builds and pushes', sources: [published()] },
    {
      id: 'D16',
      kind: 'O',
      requirement: 'ARM images?',
      sources: [],
      outside:
        'one platform for each image today, several are refused with a sentence: for ARM, `slipway ship` on an ARM runner under a name of its own, and `docker buildx imagetools create` joins both digests',
    },
    {
      id: 'D17',
      kind: 'O',
      requirement: 'pytest; two reviewers; README',
      sources: [],
      outside:
        'branch protection: require the check `images` and two approving reviews; pytest runs in a job of its own (docker/demeter/README.md has the command)',
    },
  ],
};
