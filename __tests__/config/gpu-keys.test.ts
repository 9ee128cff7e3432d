import { expect, test } from '@jest/globals';
import { policyHash } from '../../src/config/policy-hash.ts';
import type { GpuConfig, GpuPhase } from '../../src/model/gpu-config.ts';
import { imageComplaints, parse, parseImage } from './support/parsing.ts';

function parseGpu(yaml: string): GpuConfig {
  const { gpu } = parseImage(`    gpu: { ${yaml} }`);
  if (gpu === undefined) throw new Error('no gpu');
  return gpu;
}

test('an empty section has every default', () => {
  expect(parseGpu('')).toEqual({
    required: true,
    runsOn: ['self-hosted', 'linux', 'gpu'],
    retryRunsOn: ['self-hosted', 'linux', 'gpu'],
    mode: 'auto',
    exec: 'docker',
    device: 'nvidia.com/gpu=all',
    count: 1,
    fleet: [],
    canary: 'python:3.12-slim',
    shmSize: 64_000_000,
    network: 'none',
    queueWithin: 1_200_000,
    pullWithin: 900_000,
    stageWithin: 1_800_000,
    phases: [],
    onInfra: 'block',
    onSkip: 'warn',
    pullRequests: 'always',
  });
});

test('an image without the section has none', () => {
  expect(parseImage('').gpu).toBeUndefined();
});

const KEYS: readonly (readonly [string, Partial<GpuConfig>])[] = [
  ['required: false', { required: false }],
  ['runs-on: arc-gpu', { runsOn: 'arc-gpu' }],
  ['runs-on: [self-hosted, l4]', { runsOn: ['self-hosted', 'l4'] }],
  ['retry-runs-on: [self-hosted, a100]', { retryRunsOn: ['self-hosted', 'a100'] }],
  ['mode: runtime', { mode: 'runtime' }],
  ['exec: in-image', { exec: 'in-image' }],
  ['device: standin.test/gpu=0', { device: 'standin.test/gpu=0' }],
  ['count: 2', { count: 2 }],
  ['fleet: [{ name: l4, sm: "8.9", driver: "550" }]', { fleet: [{ name: 'l4', sm: '8.9', driver: '550' }] }],
  ['canary: python:3.11-slim', { canary: 'python:3.11-slim' }],
  ['shm-size: 1GiB', { shmSize: 2 ** 30 }],
  ['network: bridge', { network: 'bridge' }],
  [
    'queue-within: 1m, pull-within: 2m, stage-within: 3m',
    { queueWithin: 60_000, pullWithin: 120_000, stageWithin: 180_000 },
  ],
  ['pull-requests: label', { pullRequests: 'label' }],
  ['pull-requests: [ml, docker/Dockerfile.gpu]', { pullRequests: ['ml', 'docker/Dockerfile.gpu'] }],
  ['on-infra: neutral, on-skip: fail', { onInfra: 'neutral', onSkip: 'fail' }],
];
test.each(KEYS)('gpu: { %s }', (yaml, expected) => {
  expect(parseGpu(yaml)).toMatchObject(expected);
});

const PHASES: readonly (readonly [string, Partial<GpuPhase>])[] = [
  [
    'probe: torch',
    {
      name: 'p',
      work: { kind: 'probe', probe: 'torch' },
      mounts: [],
      within: 120_000,
      expect: { exit: 0 },
      withoutGpu: 'skip',
    },
  ],
  ['probe: cuda, within: 60s', { work: { kind: 'probe', probe: 'cuda' }, within: 60_000 }],
  ['command: [python, -m, load]', { work: { kind: 'command', command: ['python', '-m', 'load'] } }],
  [
    'command: [x], mounts: ["ci/a:/a:ro", "ci/b.json:/b.json"]',
    {
      mounts: [
        { source: 'ci/a', target: '/a' },
        { source: 'ci/b.json', target: '/b.json' },
      ],
    },
  ],
  [
    'command: [x], expect: { exit: 3, stdout: /done/i, json: { ok: true } }',
    { expect: { exit: 3, stdout: /done/i, json: { ok: true } } },
  ],
  ['command: [x], gpu: {}', { use: { utilization: 10, samples: 3, memory: 67_108_864 } }],
  [
    'command: [x], gpu: { utilization: 20%, samples: 5, memory: 1GiB, memory-max: 16GiB }',
    { use: { utilization: 20, samples: 5, memory: 2 ** 30, memoryMax: 2 ** 34 } },
  ],
  ['command: [x], without-gpu: fails', { withoutGpu: 'fails' }],
  ['command: [x], without-gpu: { slower: 2.5x }', { withoutGpu: { slower: 2.5 } }],
];
test.each(PHASES)('phases: [{ name: p, %s }]', (yaml, expected) => {
  const [phase] = parseGpu(`phases: [{ name: p, ${yaml} }]`).phases;
  expect(phase).toMatchObject(expected);
  expect(phase?.place).toMatchObject({ file: 'slipway.yml', line: 4 });
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['gpu: true', /gpu: expected a map such as \{ phases: \[\{ name: see, probe: cuda \}\] \}, seen `true`$/],
  ['gpu: { runson: x }', /gpu: unknown key `runson`; did you mean `runs-on`\?$/],
  ['gpu: { required: maybe }', /gpu.required: expected true or false, seen `maybe`/],
  ['gpu: { runs-on: [] }', /gpu.runs-on: expected at least one label/],
  ['gpu: { runs-on: [a b] }', /gpu.runs-on\[0\]: expected a runner label of letters/],
  ['gpu: { retry-runs-on: 3 }', /gpu.retry-runs-on: expected a runner label, or a list such as/],
  ['gpu: { pull-requests: labels }', /gpu.pull-requests: expected always, label, or a list of files/],
  ['gpu: { pull-requests: [] }', /gpu.pull-requests: expected always, label, or a list of files/],
  ['gpu: { pull-requests: [/etc] }', /gpu.pull-requests(?:\[0\])?: expected/],
  ['gpu: { mode: cdl }', /gpu.mode: expected one of auto, cdi, gpus, runtime, seen `cdl`; did you mean `cdi`\?$/],
  ['gpu: { exec: k8s }', /gpu.exec: expected one of docker, in-image, seen `k8s`/],
  ['gpu: { device: all }', /gpu.device: expected a CDI device such as nvidia.com\/gpu=all, seen `all`$/],
  ['gpu: { count: 0 }', /gpu.count: expected a whole number from 1 to 16, seen `0`$/],
  ['gpu: { count: 17 }', /gpu.count: expected a whole number from 1 to 16/],
  ['gpu: { fleet: [{ name: l4, sm: 8.9, driver: "550" }] }', /fleet\[0\].sm: expected a compute capability in quotes/],
  ['gpu: { fleet: [{ name: l4, sm: "89", driver: "550" }] }', /fleet\[0\].sm: expected a compute capability/],
  ['gpu: { fleet: [{ name: l4, sm: "8.9" }] }', /fleet\[0\].driver: missing; expected a driver version in quotes/],
  ['gpu: { fleet: [{ name: l4, sm: "8.9", driver: "R550" }] }', /fleet\[0\].driver: expected a driver version/],
  ['gpu: { canary: "a b" }', /gpu.canary: expected an image reference such as/],
  ['gpu: { canary: --privileged }', /gpu.canary: expected an image reference such as/],
  ['gpu: { shm-size: 64 }', /gpu.shm-size: expected a size with its unit/],
  ['gpu: { network: host }', /gpu.network: expected one of none, bridge, seen `host`/],
  ['gpu: { queue-within: 20 }', /gpu.queue-within: expected a duration with its unit/],
  ['gpu: { on-infra: warn }', /gpu.on-infra: expected one of block, neutral, seen `warn`/],
  ['gpu: { on-skip: block }', /gpu.on-skip: expected one of warn, fail, seen `block`/],
  ['gpu: { phases: see }', /gpu.phases: expected a list such as/],
];
test.each(REFUSED)('%s is refused', (yaml, expected) => {
  const complaints = imageComplaints(`    ${yaml}`);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toMatch(/^slipway.yml:4:\d+ images.api.gpu/);
  expect(complaints[0]).toMatch(expected);
});

const REFUSED_PHASES: readonly (readonly [string, RegExp])[] = [
  ['name: p', /phases\[0\]: expected exactly one of probe and command$/],
  ['name: p, probe: cuda, command: [x]', /phases\[0\]: expected exactly one of probe and command$/],
  ['probe: cuda', /phases\[0\].name: missing; expected a name of lower-case letters, digits and -$/],
  ['name: A b, probe: cuda', /phases\[0\].name: expected a name of lower-case letters/],
  ['name: p, probe: tensorflow', /phases\[0\].probe: expected one of torch, cuda, seen `tensorflow`/],
  ['name: p, command: python -m x', /phases\[0\].command: expected a list, one argument each/],
  ['name: p, command: [x], mounts: [/etc:/x]', /mounts\[0\]: expected a path and where it goes/],
  ['name: p, command: [x], mounts: [a:/x:rw]', /mounts\[0\]: expected a path and where it goes/],
  ['name: p, command: [x], mounts: [a]', /mounts\[0\]: expected a path and where it goes/],
  ['name: p, command: [x], mounts: [../a:/x]', /mounts\[0\]: `..\/a` leaves the repository/],
  ['name: p, command: [x], expect: { exit: 256 }', /expect.exit: expected an exit code from 0 to 255/],
  ['name: p, command: [x], expect: { stdout: done }', /expect.stdout: expected a regular expression/],
  ['name: p, command: [x], gpu: { utilization: 20 }', /gpu.utilization: expected a percentage such as 10%/],
  ['name: p, command: [x], gpu: { utilization: 0% }', /gpu.utilization: expected a percentage from 1% to 100%/],
  ['name: p, command: [x], gpu: { utilization: 101% }', /gpu.utilization: expected a percentage from 1% to 100%/],
  ['name: p, command: [x], gpu: { samples: 0 }', /gpu.samples: expected a whole number from 1 to 1000/],
  ['name: p, command: [x], gpu: { memory: 2GiB, memory-max: 1GiB }', /gpu.memory-max: is below memory/],
  ['name: p, command: [x], without-gpu: slow', /without-gpu: expected fails, skip, or \{ slower: 3x \}, seen `slow`/],
  ['name: p, command: [x], without-gpu: { slower: 1x }', /without-gpu.slower: expected a factor above 1 such as 3x/],
  ['name: p, command: [x], within: 30m', /within: is not below stage-within/],
  ['name: p, probe: cuda, without-gpu: fails', /without-gpu: goes with command; a probe brings its own expectations$/],
  ['name: p, probe: cuda, mounts: ["a:/a"]', /mounts: goes with command/],
  ['name: p, probe: cuda, expect: { exit: 1 }', /expect: goes with command/],
  ['name: p, probe: cuda, gpu: { memory: 1GiB }', /gpu: goes with command/],
  ['name: p, probe: cuda }, { name: p, probe: torch', /phases\[1\].name: `p` is the name of another phase$/],
];
test.each(REFUSED_PHASES)('phases: [{ %s }] is refused', (yaml, expected) => {
  const complaints = imageComplaints(`    gpu: { phases: [{ ${yaml} }] }`);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toMatch(expected);
});

test('a phase is measured by the stage-within that is written', () => {
  const phases = 'phases: [{ name: p, command: [x], within: 45m }]';
  expect(imageComplaints(`    gpu: { stage-within: 1h, ${phases} }`)).toEqual([]);
  expect(imageComplaints(`    gpu: { stage-within: 45m, ${phases} }`)).toHaveLength(1);
});

test('a variant takes the section over whole, or replaces it', () => {
  const text = (change: string): string =>
    `images:\n  a: { dockerfile: D, gpu: { count: 2, phases: [{ name: p, probe: cuda }] } }\n  b: { extends: a${change} }\n`;
  expect(parse(text('')).images[1]?.gpu).toEqual(parse(text('')).images[0]?.gpu);
  expect(parse(text(', gpu: { mode: cdi }')).images[1]?.gpu).toMatchObject({ count: 1, mode: 'cdi', phases: [] });
});

test('the policy hash holds what is tried, not where it is written', () => {
  const hash = (text: string): string => {
    const config = parse(text);
    const [image] = config.images;
    return image === undefined ? '' : policyHash(image, config);
  };
  const text = 'images: { a: { dockerfile: D, gpu: { phases: [{ name: p, command: [x] }] } } }';
  expect(hash(`# moved\n${text}`)).toBe(hash(text));
  expect(hash(text.replace('[x]', '[x], within: 3m'))).not.toBe(hash(text));
  expect(hash(text.replace(', gpu: { phases: [{ name: p, command: [x] }] }', ''))).not.toBe(hash(text));
});
