import type { ImageRecord, RunRecord } from '../../src/model/record.ts';
import { aGpuRecord } from './gpu-verdict.ts';
import { anImageRecord, anOutcome, aRecord, fakeDigest } from './records.ts';

const START = Date.parse('2026-01-02T03:04:05.000Z');

/** One record with something of everything that reports show: an image that passes, one that is blocked, one that did not build. */
export function aRichRecord(change: Partial<RunRecord> = {}): RunRecord {
  return aRecord({
    rules: [
      { id: 'size.unpacked', title: 'The unpacked layers stay within the budget' },
      { id: 'user.config', title: 'The image does not start as root' },
      { id: 'health.defined', title: 'The image has a health test' },
    ],
    timeline: [
      { stage: 'plan', startedAt: START, elapsed: 400 },
      { stage: 'build', startedAt: START + 400, elapsed: 9600 },
      { stage: 'check', image: 'api', startedAt: START + 10_000, elapsed: 22_000 },
      { stage: 'check', image: 'inference', startedAt: START + 10_000, elapsed: 30_000 },
      { stage: 'publish', image: 'api', startedAt: START + 41_000, elapsed: 4000 },
    ],
    engine: {
      version: '28.5.2',
      store: 'containerd',
      buildx: '0.29.1',
      platform: 'linux/amd64',
      path: 'the local socket',
      bytes: 'read from the content store',
    },
    images: [passing(), blocked(), broken()],
    stack: {
      name: 'stack',
      files: ['docker-compose.yml', 'docker-compose.prod.yml'],
      services: ['api', 'db', 'worker'],
      images: ['api'],
      outcomes: [
        anOutcome({
          rule: 'compose.restart',
          severity: 'warning',
          status: 'failed',
          findings: [
            {
              message: 'db is not started again when it ends',
              remedy: 'Set `restart: unless-stopped`.',
              place: { file: 'docker-compose.yml', line: 9, column: 3 },
            },
            { message: 'worker is not started again when it ends', remedy: 'Set `restart: unless-stopped`.' },
          ],
        }),
        anOutcome({ rule: 'compose.secret-literal', seen: '3 services' }),
        anOutcome({
          rule: 'stack.ready',
          status: 'failed',
          findings: [
            {
              message:
                'worker: it ended by itself after 3.1 s with exit code 3; its last output was "queue <b>lost</b>"',
              seen: 'ended',
              remedy: 'Its whole log is in the output folder, under stack/.',
              place: { file: 'docker-compose.yml', line: 14, column: 3 },
            },
          ],
        }),
      ],
      blocked: ['stack.ready failed'],
      run: {
        services: [
          aService('db', { readyAfter: 4200, memory: { idle: 33_800_000 }, limits: { memory: 268_435_456 } }),
          aService('api', { image: 'api', readyAfter: 6900, memory: { idle: 46_000_000, active: 52_000_000 } }),
          aService('worker', { image: 'api', state: 'ended', restarts: 1, log: ['queue <b>lost</b>', '::error::no'] }),
        ],
        probes: [{ what: 'GET http://api:8080/health', met: false, elapsed: 12 }],
        notes: [],
      },
    },
    notes: ['slipway.yml:4:3 an example of a note'],
    problems: [
      {
        kind: 'environment',
        message: 'the registry did not answer',
        details: ['tried 5 times in 40 s', '503 Service Unavailable'],
        where: 'registry.example',
        remedy: 'Run it again.',
      },
    ],
    ...change,
  });
}

/** The same run when all went well. */
export function aPassingRecord(): RunRecord {
  return aRichRecord({ images: [passing()], stack: undefined, problems: [] });
}

function passing(): ImageRecord {
  return anImageRecord({
    name: 'api',
    dockerfile: 'docker/Dockerfile.api',
    platform: 'linux/amd64',
    user: '10001',
    budget: { unpacked: 500_000_000 },
    sizes: {
      download: 163_000_000,
      unpacked: 462_000_000,
      wasted: 1_200_000,
      layers: [
        layer(4, 120_000_000, { base: true, instruction: 'RUN /bin/sh -c apt-get update # buildkit' }),
        layer(5, 340_000_000, {
          instruction: 'RUN /bin/sh -c pip install -r requirements.txt # buildkit',
          place: { file: 'docker/Dockerfile.api', line: 12 },
          hidden: 1_200_000,
        }),
        layer(6, 2_000_000, {
          instruction: 'COPY app /app # buildkit',
          place: { file: 'docker/Dockerfile.api', line: 15 },
        }),
      ],
    },
    paths: [
      { path: '/usr/lib', layer: 0, bytes: 90_000_000, files: 800 },
      { path: '/usr/lib/x86_64-linux-gnu', layer: 0, bytes: 70_000_000, files: 400 },
      { path: '/usr/share', layer: 0, bytes: 20_000_000, files: 900 },
      { path: '/usr/local/lib/python3.11/site-packages', layer: 1, bytes: 330_000_000, files: 5000 },
      { path: '/usr/local/lib/python3.11/site-packages/torch', layer: 1, bytes: 200_000_000, files: 900 },
      { path: '/usr/local/lib/python3.11/site-packages/numpy', layer: 1, bytes: 60_000_000, files: 700 },
      { path: '/app', layer: 2, bytes: 2_000_000, files: 60 },
    ],
    baseline: {
      reference: 'registry.example/team/api@sha256:1',
      download: 160_000_000,
      unpacked: 450_000_000,
      layers: [
        { diffId: fakeDigest(4), digest: fakeDigest(4), unpacked: 120_000_000 },
        { diffId: fakeDigest(9), digest: fakeDigest(9), unpacked: 330_000_000 },
      ],
    },
    build: {
      elapsed: 9600,
      steps: 3,
      cached: 1,
      timeline: [
        { name: '[base 1/3] FROM python:3.11-slim', startedAt: START + 500, elapsed: 200, cached: true },
        {
          name: '[base 2/3] RUN pip install -r requirements.txt',
          startedAt: START + 700,
          elapsed: 8000,
          cached: false,
        },
        { name: '[base 3/3] COPY app /app', startedAt: START + 8800, elapsed: 200, cached: false },
      ],
    },
    timings: { healthy: 5200, firstSuccess: 1500, stop: 240, memoryPeak: 180_000_000 },
    outcomes: [
      anOutcome({ rule: 'size.unpacked', seen: '462 MB of 500 MB' }),
      anOutcome({ rule: 'user.config', seen: 'uid 10001' }),
      anOutcome({
        rule: 'health.defined',
        severity: 'warning',
        status: 'waived',
        reason: 'probed by the platform (until 2026-06-01, owner web)',
        findings: [
          {
            message: 'no HEALTHCHECK',
            remedy: 'Add one.',
            waived: 'probed by the platform (until 2026-06-01, owner web)',
          },
        ],
      }),
      anOutcome({ rule: 'http.probe', severity: 'warning', status: 'skipped', reason: 'no http checks declared' }),
    ],
    published: {
      reference: `registry.example/team/api@${fakeDigest(1)}`,
      digest: fakeDigest(1),
      tags: [
        { tag: 'main', action: 'moved', reason: 'branch main' },
        { tag: '1.2', action: 'kept', reason: 'points to a newer release' },
        { tag: '1', action: 'undecided', reason: 'its label names no commit' },
      ],
      uploadedBlobs: 3,
      presentBlobs: 1,
      uploadedBytes: 163_000_000,
      elapsed: 4000,
      retries: ['blob sha256:4444: 503, tried again after 1 s'],
    },
  });
}

function blocked(): ImageRecord {
  return anImageRecord({
    name: 'inference',
    kind: 'job',
    dockerfile: 'docker/Dockerfile.inference',
    blocked: ['size.unpacked failed', 'job.exit undecided'],
    gpu: aGpuRecord(),
    user: '',
    budget: { unpacked: 22_000_000_000 },
    sizes: {
      download: 10_100_000_000,
      unpacked: 24_100_000_000,
      layers: [
        layer(7, 22_000_000_000, { base: true }),
        layer(8, 2_100_000_000, { instruction: 'RUN pip install torch' }),
      ],
    },
    build: { elapsed: 9600, steps: 2, cached: 2 },
    evidence: {
      rules: ['job.exit'],
      exitCode: 3,
      log: ['loading the model', 'no space left on device'],
      health: ['exit 7: connection refused'],
    },
    outcomes: [
      anOutcome({
        rule: 'size.unpacked',
        status: 'failed',
        findings: [
          {
            message: '24.1 GB unpacked, 22.0 GB allowed; largest: 22.0 GB in layer 1 of the base image',
            seen: '24.1 GB',
            allowed: '22.0 GB',
            remedy: 'Drop the cudnn wheels.',
            place: { file: 'slipway.yml', line: 12, column: 5 },
          },
        ],
      }),
      anOutcome({
        rule: 'user.setuid',
        severity: 'warning',
        status: 'failed',
        findings: [
          { message: 'a setuid file', remedy: 'Remove the bit.', place: { file: '/usr/bin/su', inImage: true } },
        ],
      }),
      anOutcome({ rule: 'job.exit', status: 'undecided', reason: 'the engine went away', environment: true }),
    ],
  });
}

function broken(): ImageRecord {
  return anImageRecord({
    name: 'web',
    status: 'failed',
    digests: undefined,
    dockerfile: 'web/Dockerfile',
    blocked: ['the build failed'],
    outcomes: [],
    build: {
      elapsed: 9600,
      steps: 0,
      cached: 0,
      failure: {
        message: 'exit code: 2',
        command: 'RUN make',
        exitCode: 2,
        file: 'web/Dockerfile',
        line: 3,
        log: ["make: *** No rule to make target 'all'.  Stop."],
      },
    },
  });
}

type Layer = NonNullable<ImageRecord['sizes']>['layers'][number];

function layer(seed: number, unpacked: number, change: Partial<Layer> = {}): Layer {
  const compressed = Math.round(unpacked * 0.35);
  return { digest: fakeDigest(seed), diffId: fakeDigest(seed), compressed, unpacked, base: false, ...change };
}

/** Text that would act on every face if it got through: markup, script, attribute ends, terminal, bidi, commands, controls. */
export const HOSTILE =
  '"><img src=x onerror=alert(1)><script>alert(1)</script>\u202e\u001b[31m&lt;]]>\n::error::x\u0000\'`@team [a](b) | </title></style></script>';

/** The rich record with that text in every place that an image, a branch or a user program decides. */
export function aHostileRecord(): RunRecord {
  return hostile(aRichRecord()) as RunRecord;
}

/** Words that the schema decides; everything else is text from outside. */
const KEPT = new Set(['schema', 'startedAt', 'finishedAt', 'status', 'severity', 'kind', 'digest', 'diffId']);
const KEPT_PARENTS = new Set(['tool', 'digests']);

function hostile(value: unknown, key = '', parent = ''): unknown {
  if (typeof value === 'string') {
    const decided = KEPT.has(key) || KEPT_PARENTS.has(parent) || key === 'action' || key === 'stage';
    return decided ? value : `${value}${HOSTILE}`;
  }
  if (Array.isArray(value)) return value.map((entry) => hostile(entry, key, parent));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, hostile(entry, name, key)]));
}

type ServiceRecord = NonNullable<NonNullable<RunRecord['stack']>['run']>['services'][number];

function aService(name: string, change: Partial<ServiceRecord>): ServiceRecord {
  return { name, state: 'healthy', restarts: 0, limits: {}, memory: {}, published: [], log: [], ...change };
}
