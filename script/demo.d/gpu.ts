import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { argv, env, execPath, exit } from 'node:process';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import { makeStandInMachine } from '../standin-gpu/machine.ts';

/**
 * `script/demo gpu`: HAYSTACK's inference image on a stand-in for a GPU (its phases that speak to the driver itself), and on the
 * machine's own GPU, with all of its phases, where there is one.
 */
const CLI = env['SLIPWAY_FROM_SOURCE'] === '1' ? 'src/cli.ts' : 'dist/cli/index.js';
const OUT = 'out/gpu';
const SYSTEM = join(OUT, 'haystack');
const CANARY = 'python:3.12-slim';

interface Written {
  images: Record<string, { gpu?: Record<string, unknown> & { phases?: { probe?: string }[] } }>;
}

/** What the image's own Python does with the driver, long enough to be sampled. */
const HOLD = `import ctypes, json, time
lib = ctypes.CDLL("libcuda.so.1")
assert lib.cuInit(0) == 0
memory = ctypes.c_uint64()
assert lib.cuMemAlloc_v2(ctypes.byref(memory), ctypes.c_size_t(1 << 30)) == 0
time.sleep(3)
print(json.dumps({"held": True}))`;
const HOLD_PHASE = {
  name: 'hold',
  command: ['python', '-c', HOLD],
  expect: { json: { held: true } },
  gpu: { utilization: '20%', memory: '512MiB', 'memory-max': '2GiB' },
  'without-gpu': 'fails',
};

/** The system with one image, and with these keys of `gpu:` changed. */
function writeSystem(change: (gpu: NonNullable<Written['images'][string]['gpu']>) => Record<string, unknown>): void {
  rmSync(SYSTEM, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  cpSync('docker/haystack', SYSTEM, { recursive: true });
  const config = parse(readFileSync(join(SYSTEM, 'slipway.yml'), 'utf8')) as Written;
  const { inference } = config.images;
  const written = { ...config, images: { inference: { ...inference, gpu: change(inference?.gpu ?? {}) } } };
  writeFileSync(join(SYSTEM, 'slipway.yml'), stringify(written));
}

async function step(title: string, words: readonly string[], path: string): Promise<number> {
  console.log(`\n== ${title}: slipway ${words[0] ?? ''}\n`);
  const options = ['--config', join(SYSTEM, 'slipway.yml'), '--output', join(OUT, 'output'), '--only', 'inference'];
  const child = execa(execPath, [CLI, ...words, ...options], { stdio: 'inherit', reject: false, env: { PATH: path } });
  const { exitCode = 3 } = await child;
  console.log(`\nexit ${String(exitCode)}`);
  return exitCode;
}

function expectExit(seen: number, wanted: number): void {
  if (seen === wanted) return;
  console.error(`expected exit ${String(wanted)}`);
  process.exitCode = 1;
}

async function onStandIn(report: readonly string[]): Promise<void> {
  const machine = await makeStandInMachine('debian:bookworm-slim');
  const path = `${machine.bin}${delimiter}${env['PATH'] ?? ''}`;
  const target = ['--to', `oci:${join(OUT, 'oci')}`];
  try {
    writeSystem((gpu) => ({
      ...gpu,
      required: true,
      canary: CANARY,
      device: machine.device('ok'),
      phases: [...(gpu.phases ?? []).filter(({ probe }) => probe === 'cuda'), HOLD_PHASE],
    }));
    expectExit(await step('build and judge', ['check', '--no-containers'], path), 0);
    machine.setInit(999);
    expectExit(await step('a machine whose CUDA driver is broken', ['gpu'], path), 75);
    expectExit(await step('nothing is published without a pass', ['publish', ...target], path), 75);
    machine.setInit(0);
    expectExit(await step('the same image on a machine that is well', ['gpu', ...report], path), 0);
    expectExit(await step('what passed is published', ['publish', ...target], path), 0);
  } finally {
    await machine.close();
  }
}

async function onOwnGpu(report: readonly string[]): Promise<void> {
  const found = await execa('nvidia-smi', ['-L'], { reject: false });
  if (found.exitCode !== 0) {
    console.log('\n== this machine has no GPU of its own: see, load and infer are left out');
    return;
  }
  writeSystem((gpu) => ({ ...gpu, required: true }));
  expectExit(await step('build and judge', ['check', '--no-containers'], env['PATH'] ?? ''), 0);
  expectExit(await step('this machine’s own GPU', ['gpu', ...report], env['PATH'] ?? ''), 0);
}

const report = ['--format', 'terminal', '--format', `html=${OUT}/report.html`, ...argv.slice(2)];
await onStandIn(report);
await onOwnGpu(report);
console.log(`\nThe report with its charts: ${OUT}/report.html`);
exit();
