import { expect, test } from '@jest/globals';
import { type Sample, type Sampling, startSampler } from '../../src/gpu/sampler.ts';
import { findExactPeak, readAccounted } from '../../src/gpu/exact-memory.ts';
import { judgeUse, summarize } from '../../src/gpu/usage.ts';
import type { Processes } from '../../src/model/effects.ts';
import { makeVirtualClock } from '../support/fake-effects.ts';

const MIB = 2 ** 20;
const USE = { utilization: 20, samples: 3, memory: 1024 * MIB };

function sample(at: number, utilization: number | null, memory: number | null, reasons = 0): Sample {
  return { at, utilization, memory: memory === null ? null : memory * MIB, temperature: 50, power: 200, reasons };
}
function sampling(samples: readonly Sample[], pids: readonly number[] = []): Sampling {
  return { samples, pids: new Set(pids) };
}
const BUSY = [0, 500, 1000, 1500, 2000, 2500].map((at) => sample(at, 90, 3000));
const IDLE = [0, 500, 1000, 1500, 2000, 2500].map((at) => sample(at, 0, 3));
const OURS = new Set([77]);

test.each([
  ['memory, utilisation and process', sampling(BUSY, [77]), false, undefined],
  ['memory and utilisation, no process seen', sampling(BUSY), false, undefined],
  [
    'memory and process, no utilisation told',
    sampling(
      BUSY.map((each) => ({ ...each, utilization: null })),
      [77],
    ),
    false,
    undefined,
  ],
  [
    'memory and process on MIG',
    sampling(
      BUSY.map((each) => ({ ...each, utilization: null })),
      [77],
    ),
    true,
    undefined,
  ],
  ['only memory', sampling(BUSY.map((each) => ({ ...each, utilization: 0 }))), false, 'gpu-not-used'],
  ['only a process', sampling(IDLE, [77]), false, 'gpu-not-used'],
  [
    'only utilisation: an idle L40S reads 100 %',
    sampling(IDLE.map((each) => ({ ...each, utilization: 100 }))),
    false,
    'gpu-not-used',
  ],
  [
    'a process of somebody else',
    sampling(
      BUSY.map((each) => ({ ...each, utilization: 0 })),
      [78],
    ),
    false,
    'gpu-not-used',
  ],
  ['utilisation counts for nothing on MIG', sampling(BUSY), true, 'gpu-not-used'],
  [
    'a spike in the first two samples',
    sampling([sample(0, 100, 3), sample(500, 100, 3), ...IDLE.slice(2)], [77]),
    false,
    'gpu-not-used',
  ],
  ['no samples', sampling([]), false, 'sampler-silent'],
])('%s', (_, seen, mig, id) => {
  const summary = summarize(seen, 3 * MIB, OURS, USE);
  expect(judgeUse(USE, summary, mig)?.row.id).toBe(id);
});

test('a budget of memory is held by the rise over what was there before', () => {
  const summary = summarize(sampling(BUSY, [77]), 1000 * MIB, OURS, USE);
  expect(summary.memory).toEqual({ baseline: 1000 * MIB, peak: 3000 * MIB, rise: 2000 * MIB });
  expect(judgeUse({ ...USE, memoryMax: 2000 * MIB }, summary, false)).toBeUndefined();
  expect(judgeUse({ ...USE, memoryMax: 1999 * MIB }, summary, false)?.row.id).toBe('memory-budget');
});

test('a peak that others counted holds the budget, too: samples are a lower bound', () => {
  const summary = summarize(sampling(BUSY, [77]), 1000 * MIB, OURS, USE);
  const { memory } = summary;
  if (memory === undefined) throw new Error('no memory');
  const counted = { ...summary, memory: { ...memory, counted: 2500 * MIB } };
  expect(judgeUse({ ...USE, memoryMax: 2400 * MIB }, summary, false)).toBeUndefined();
  expect(judgeUse({ ...USE, memoryMax: 2400 * MIB }, counted, false)?.row.id).toBe('memory-budget');
});

test('accounting mode counts our processes only, and a program may speak of itself', async () => {
  expect(readAccounted('77, 2048\n78, 9999\n[N/A], [N/A]\n77, [N/A]', OURS)).toEqual([2048 * MIB]);
  const run: Processes['run'] = () => Promise.resolve({ exitCode: 0, stdout: '77, 1\n', stderr: '', timedOut: false });
  const outputs = ['loading\n{"max_memory_reserved": 5000000}', '{"max_memory_reserved": "many"}', 'nothing'];
  expect(await findExactPeak({ processes: { run } }, OURS, outputs)).toBe(5_000_000);
  expect(await findExactPeak({ processes: { run } }, new Set(), [])).toBeUndefined();
});

test('heat and power have names; other reasons for slow clocks do not count', () => {
  const hot = [...BUSY, sample(3000, 90, 3000, 0x01 | 0x20 | 0x40)];
  expect(summarize(sampling(hot), 0, OURS, USE).throttled).toEqual(['sw_thermal_slowdown', 'hw_thermal_slowdown']);
  expect(summarize(sampling([...BUSY, sample(3000, 90, 3000, 0x05)]), 0, OURS, USE).throttled).toEqual([]);
});

test('a long series is thinned and keeps its peak', () => {
  const long = Array.from({ length: 5000 }, (_, index) => sample(index * 500, 50, index === 4321 ? 9999 : 100));
  const { series } = summarize(sampling(long), 0, OURS, USE);
  expect(series.length).toBeLessThanOrEqual(240);
  expect(Math.max(...series.map(({ memory }) => memory ?? 0))).toBe(9999 * MIB);
});

test('the sampler reads rows of several GPUs as one look, across chunks', async () => {
  const fields = [
    'timestamp',
    'index',
    'utilization.gpu',
    'memory.used',
    'temperature.gpu',
    'power.draw',
    'clocks_event_reasons.active',
  ];
  const rows = [
    't, 0, 0, 10, 40, 50, 0x0000000000000001\nt, 1, 90, 20, 60, [N/A], 0x00000000000',
    '00040\nt, 0, [N/A], 10, 41, 51, 0x0\nt, 1, 5, 20, 61, 52, 0x0\nnot a row\n',
  ];
  const argvs: string[][] = [];
  const run: Processes['run'] = (_, argv, options) => {
    argvs.push([...argv]);
    const apps = argv[0]?.startsWith('--query-compute-apps') === true;
    for (const chunk of apps ? ['uuid, 42, python, 10\n'] : rows) options?.onStdout?.(Buffer.from(chunk));
    return Promise.resolve({ exitCode: 143, stdout: '', stderr: '', timedOut: false });
  };
  const sampler = startSampler({ processes: { run }, clock: makeVirtualClock() }, fields, ['0', '1']);
  const { samples, pids } = await sampler.finish();
  expect(samples).toEqual([
    { at: 0, utilization: 90, memory: 30 * MIB, temperature: 60, power: 50, reasons: 0x41 },
    { at: 0, utilization: 5, memory: 30 * MIB, temperature: 61, power: 52, reasons: 0 },
  ]);
  expect([...pids]).toEqual([42]);
  expect(argvs[0]).toEqual([
    `--query-gpu=${fields.join(',')}`,
    '--format=csv,noheader,nounits',
    '-lms',
    '500',
    '-i',
    '0,1',
  ]);
});
