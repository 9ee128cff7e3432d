import type { Effects } from '../model/effects.ts';
import { APP_QUERY, readApp } from './compute-apps.ts';
import { type SmiEffects, askFields, readNumber, readRows, readValue } from './smi.ts';

/** One look at all GPUs of the stage together. */
export interface Sample {
  /** Milliseconds since the sampler began. */
  readonly at: number;
  /** Percent of the busiest GPU; null where the driver does not say (MIG). */
  readonly utilization: number | null;
  /** Bytes of all GPUs together. */
  readonly memory: number | null;
  readonly temperature: number | null;
  readonly power: number | null;
  /** Bits of clocks_event_reasons. */
  readonly reasons: number;
}

export interface Sampling {
  readonly samples: readonly Sample[];
  /** Host pids that computed on the GPU. */
  readonly pids: ReadonlySet<number>;
}

export interface Sampler {
  /** Ends both children and resolves with what they saw. */
  finish(): Promise<Sampling>;
}

const COMMON = ['timestamp', 'index', 'utilization.gpu', 'memory.used', 'temperature.gpu', 'power.draw'];
/** Drivers before 535 know the reasons by their old name, some by none. */
const SAMPLE_FIELDS: readonly (readonly string[])[] = [
  [...COMMON, 'clocks_event_reasons.active'],
  [...COMMON, 'clocks_throttle_reasons.active'],
  COMMON,
];
const MEBIBYTE = 2 ** 20;

/** The field set this driver knows, asked once before the long-lived children start. */
export async function chooseSampleFields(effects: SmiEffects): Promise<readonly string[]> {
  return (await askFields(effects, 'query-gpu', SAMPLE_FIELDS)).fields;
}

/** Starts two long-lived nvidia-smi on the host: process namespaces hide from a container who computes. */
export function startSampler(
  { processes, clock }: Pick<Effects, 'processes' | 'clock'>,
  fields: readonly string[],
  devices: readonly string[],
): Sampler {
  const begin = clock.monotonic();
  const ending = new AbortController();
  const rows: Row[] = [];
  const pids = new Set<number>();
  const only = devices.length === 0 ? [] : ['-i', devices.join(',')];
  const follow = async (argv: readonly string[], onLine: (line: string) => void): Promise<void> => {
    const split = makeLineSplitter(onLine);
    try {
      await processes.run('nvidia-smi', [...argv, ...only], { signal: ending.signal, onStdout: split });
    } catch {
      // No samples are seen as such: the judge of use says so.
    }
  };
  const children = [
    follow([`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits', '-lms', '500'], (line) => {
      const [row] = readRows(line, fields);
      if (row !== undefined) rows.push({ at: clock.monotonic() - begin, row });
    }),
    follow([...APP_QUERY, '-lms', '1000'], (line) => {
      const app = readApp(line);
      if (app !== undefined) pids.add(app.pid);
    }),
  ];
  return {
    async finish() {
      ending.abort();
      await Promise.all(children);
      return { samples: joinRows(rows), pids };
    },
  };
}

/** Whole lines out of chunks. */
export function makeLineSplitter(onLine: (line: string) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = '';
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine(line);
  };
}

interface Row {
  readonly at: number;
  readonly row: ReadonlyMap<string, string>;
}

/** Rows of several GPUs that belong to one look: they carry one index each, in order. */
function joinRows(rows: readonly Row[]): Sample[] {
  const looks: Row[][] = [];
  for (const row of rows) {
    const look = looks.at(-1);
    const index = row.row.get('index');
    if (look === undefined || look.some((other) => other.row.get('index') === index)) looks.push([row]);
    else look.push(row);
  }
  return looks.map(toSample);
}

function toSample(look: readonly Row[]): Sample {
  const numbers = (field: string): number[] => look.flatMap(({ row }) => readNumber(row.get(field)) ?? []);
  const most = (field: string): number | null => {
    const found = numbers(field);
    return found.length === 0 ? null : Math.max(...found);
  };
  const memory = numbers('memory.used');
  return {
    at: look[0]?.at ?? 0,
    utilization: most('utilization.gpu'),
    memory: memory.length === 0 ? null : memory.reduce((sum, part) => sum + part, 0) * MEBIBYTE,
    temperature: most('temperature.gpu'),
    power: most('power.draw'),
    reasons: look.reduce((bits, { row }) => bits | readReasons(row), 0),
  };
}

function readReasons(row: ReadonlyMap<string, string>): number {
  const value = readValue(row.get('clocks_event_reasons.active') ?? row.get('clocks_throttle_reasons.active'));
  const bits = value === null ? 0 : Number.parseInt(value, 16);
  return Number.isSafeInteger(bits) ? bits & 0xff_ff : 0;
}

/** Bits of nvml.h, nvmlClocksEventReasons, that say heat or power holds the clocks down. */
const THROTTLES: readonly (readonly [number, string])[] = [
  [0x08, 'hw_slowdown'],
  [0x20, 'sw_thermal_slowdown'],
  [0x40, 'hw_thermal_slowdown'],
  [0x80, 'hw_power_brake_slowdown'],
];

/** Names of the throttles that were on. */
export function namesOfThrottles(bits: number): string[] {
  return THROTTLES.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
}
