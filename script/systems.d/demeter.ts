import { besideBuilder, built, buildTime, layers, probe, published, ratios, rule, type System, within } from './row.ts';

/** D1-D17. */
export const demeter: System = {
  name: 'demeter',
  title: 'DemeterAI',
  rows: [
    {
      id: 'D1',
      requirement: 'CPU image below 500 MB (target 300)',
      sources: [rule('size.unpacked', 'api'), layers('api')],
      ofBase: true,
    },
    {
      id: 'D2',
      requirement: 'GPU image below 1.5 GB with the CUDA 12.1 runtime',
      sources: [within('demeter-document', rule('size.feasible', 'ml'))],
      unreachable: 'infeasible',
    },
    { id: 'D3', requirement: 'no CUDA in the CPU image', sources: [rule('size.cuda-in-cpu-image', 'api')] },
    {
      id: 'D4',
      requirement: 'multi-stage: 70 % smaller',
      sources: [besideBuilder('demeter', 0.7)],
      outside: 'no compiler is in the builder either, so there is nothing to save: every lock has wheels',
    },
    { id: 'D5', requirement: 'builder and runtime stages; no compilers', sources: [rule('hygiene.compilers', 'api')] },
    {
      id: 'D6',
      requirement: 'not root, `whoami` is appuser, a numeric uid',
      sources: [rule('user.runtime', 'api'), rule('user.numeric', 'api'), probe(/whoami/)],
    },
    {
      id: 'D7',
      requirement: 'HEALTHCHECK 30s/3s/40s/3: healthy by 40 s',
      sources: [rule('health.becomes-healthy', 'api'), rule('health.becomes-healthy', 'ml')],
    },
    { id: 'D8', requirement: 'build arguments; two variants of one Dockerfile', sources: [built('api', 'ml')] },
    { id: 'D9', requirement: '`/health` is `{"status":"healthy"}`', sources: [rule('http.probe', 'api')] },
    {
      id: 'D10',
      requirement: 'SIGTERM stops within 10 s',
      sources: [rule('stop.graceful', 'api'), rule('stop.graceful', 'ml')],
    },
    {
      id: 'D11',
      requirement: 'GPU variables; the celery worker starts',
      sources: [rule('cuda.env', 'ml'), rule('health.becomes-healthy', 'ml'), probe(/selftest/)],
    },
    {
      id: 'D12',
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
      requirement: 'builds clean within 5 min, cached within 30 s',
      sources: [buildTime(300), ratios('demeter')],
      ofBase: true,
    },
    {
      id: 'D14',
      requirement: 'starts within 10 s, answers within 3 s',
      sources: [rule('startup.time', 'api'), rule('http.probe', 'api')],
    },
    { id: 'D15', requirement: 'CI builds and pushes', sources: [published()] },
    {
      id: 'D16',
      requirement: 'ARM images?',
      sources: [],
      outside: 'one platform for each image today; several are refused with a sentence, never built half',
    },
    {
      id: 'D17',
      requirement: 'pytest; two reviewers; README',
      sources: [],
      outside: 'branch protection: require the check `images` and two reviews; the tests run in a job of their own',
    },
  ],
};
