import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exit, stdout } from 'node:process';
import type { Smi } from './state.ts';

/**
 * Stand-in for nvidia-smi on the host: `node nvidia-smi.ts STATE ARGUMENT…`. It answers in the shapes that real drivers
 * were seen to answer in, with rows of our own; what containers take of the stand-in GPU is read from STATE/use.
 */
const [state = '.', ...argv] = process.argv.slice(2);

function readSmi(): Smi {
  // Written whole by the machine: a parser here would double the time each question takes.
  return JSON.parse(readFileSync(join(state, 'smi.json'), 'utf8')) as Smi;
}

/** Host pids and bytes by container, of those that still run; the host name inside is the start of the container's id. */
function readUse(): { readonly pid: number; readonly bytes: number }[] {
  const folder = join(state, 'use');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  if (names.length === 0) return [];
  const groups = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => [Number(pid), readOptional(`/proc/${pid}/cgroup`)] as const);
  return names.flatMap((name) => {
    const bytes = Number(readOptional(join(folder, name)));
    const pids = groups.filter(([, text]) => text.includes(name)).map(([pid]) => pid);
    const [pid] = pids.sort((one, other) => other - one);
    return pid === undefined || bytes === 0 ? [] : [{ pid, bytes }];
  });
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

const MEBIBYTE = 2 ** 20;

function valueOf(field: string, smi: Smi, gpu: Smi['gpus'][number], used: number): string {
  const busy = used > smi.baseline;
  const values: Readonly<Record<string, string>> = {
    timestamp: '2026/11/21 12:00:00.000',
    index: String(gpu.index),
    uuid: gpu.uuid,
    name: gpu.name,
    driver_version: smi.driver,
    compute_cap: gpu.sm,
    'memory.total': String(gpu.total),
    'memory.used': gpu.memory ?? String(used),
    'mig.mode.current': gpu.mig ? 'Enabled' : 'Disabled',
    persistence_mode: 'Disabled',
    gpu_recovery_action: smi.recovery,
    'utilization.gpu': gpu.mig ? '[N/A]' : String(busy ? smi.busy : smi.idle),
    'temperature.gpu': busy ? '61' : '34',
    'power.draw': busy ? '210.50' : '[N/A]',
    'clocks_event_reasons.active': smi.reasons,
    'clocks_throttle_reasons.active': smi.reasons,
  };
  return values[field] ?? '[N/A]';
}

function answer(text: string, code = 0): never {
  stdout.write(`${text}\n`);
  exit(code);
}

function queryGpu(fields: readonly string[]): string {
  const smi = readSmi();
  const unknown = fields.find((field) => smi.unknownFields.includes(field));
  if (unknown !== undefined) answer(`Field "${unknown}" is not a valid field to query.`, 2);
  const used = smi.baseline + Math.round(readUse().reduce((sum, { bytes }) => sum + bytes, 0) / MEBIBYTE);
  return smi.gpus.map((gpu) => fields.map((field) => valueOf(field, smi, gpu, used)).join(', ')).join('\n');
}

function queryApps(): string {
  const { gpus, foreign, hideApps } = readSmi();
  const uuid = gpus[0]?.uuid ?? '';
  const ours = hideApps ? [] : readUse();
  const rows = [
    ...ours.map(({ pid, bytes }) => `${uuid}, ${String(pid)}, python3, ${String(Math.round(bytes / MEBIBYTE))}`),
    ...foreign.map(({ pid, name, memory }) => `${uuid}, ${String(pid)}, ${name}, ${String(memory)}`),
  ];
  return rows.join('\n');
}

/** Heads of the table: since driver 610 the words are others. */
function table({ driver, cuda, table: era }: Smi): string {
  return era === 'renamed'
    ? `| NVIDIA-SMI ${driver}      KMD Version: ${driver}     CUDA UMD Version: ${cuda} |`
    : `| NVIDIA-SMI ${driver}      Driver Version: ${driver}     CUDA Version: ${cuda} |`;
}

function list({ gpus }: Smi): string {
  return gpus.map(({ index, name, uuid }) => `GPU ${String(index)}: ${name} (UUID: ${uuid})`).join('\n');
}

const smi = readSmi();
if (smi.fail !== undefined) answer(smi.fail.text, smi.fail.code);
const query = argv.find((word) => word.startsWith('--query-gpu='))?.slice('--query-gpu='.length);
const apps = argv.some((word) => word.startsWith('--query-compute-apps='));
const every = argv.includes('-lms') ? Number(argv[argv.indexOf('-lms') + 1]) : undefined;
if (query === undefined && !apps) {
  if (argv.includes('-L')) answer(list(smi));
  if (argv.includes('-x')) answer(`<nvidia_smi_log><cuda_version>${smi.cuda}</cuda_version></nvidia_smi_log>`);
  answer(table(smi));
}
const ask = (): string => (query === undefined ? queryApps() : queryGpu(query.split(',')));
if (every === undefined) answer(ask());
const print = (): void => {
  const now = readSmi();
  if (now.fail !== undefined) answer(now.fail.text, now.fail.code);
  const text = ask();
  if (text !== '') stdout.write(`${text}\n`);
};
print();
setInterval(print, every);
