import { formatDuration } from '../model/duration.ts';
import type { StackRecord } from '../model/record.ts';
import { formatSize } from '../model/size.ts';

type ServiceRecord = NonNullable<StackRecord['run']>['services'][number];

const NOTHING = '–';
const COLUMNS = ['service', 'image', 'state', 'ready in', 'restarts', 'memory idle / asked', 'limits'] as const;
const READY: readonly string[] = ['healthy', 'running', 'done'];

export interface StackTable {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly ready: boolean; readonly cells: readonly string[] }[];
}

/** The services that were seen running, as plain text, the same on every face; undefined where the stack was not started. */
export function stackTableOf({ run }: StackRecord): StackTable | undefined {
  if (run === undefined) return undefined;
  return {
    columns: COLUMNS,
    rows: run.services.map((service) => ({ ready: isReady(service), cells: cellsOf(service) })),
  };
}

/** What services that were not ready printed last: a name and its lines each. */
export function stackLogsOf({ run, blocked }: StackRecord): readonly (readonly [string, readonly string[]])[] {
  if (run === undefined || blocked.length === 0) return [];
  const silent = run.services.filter((service) => !isReady(service));
  const shown = silent.length > 0 ? silent : run.services;
  return shown.filter(({ log }) => log.length > 0).map(({ name, log }) => [name, log] as const);
}

/** One line on what was asked and how long it took to be ready. */
export function stackLineOf({ run, services }: StackRecord): string | undefined {
  if (run === undefined) return undefined;
  const ready =
    run.readyAfter === undefined
      ? 'not ready'
      : `${String(services.length)} services ready after ${formatDuration(run.readyAfter)}`;
  const met = run.probes.filter((probe) => probe.met).length;
  const asked =
    run.probes.length === 0 ? '' : `, ${String(met)} of ${String(run.probes.length)} requests and commands met`;
  const phases = run.restart?.phases ?? [];
  const held = phases.length > 0 && phases.every((phase) => phase.held);
  const restart =
    run.restart === undefined ? '' : held ? ', data kept over two restarts' : ', data not proven to be kept';
  return `stack: ${ready}${asked}${restart}`;
}

function isReady({ state, readyAfter }: ServiceRecord): boolean {
  return readyAfter !== undefined && READY.includes(state);
}

function cellsOf({ name, image, state, readyAfter, restarts, memory, limits }: ServiceRecord): string[] {
  const sizes = [memory.idle, memory.active].map((bytes) => (bytes === undefined ? NOTHING : formatSize(bytes)));
  const bounds = [
    ...(limits.memory === undefined ? [] : [formatSize(limits.memory)]),
    ...(limits.cpus === undefined ? [] : [`${String(limits.cpus)} CPUs`]),
  ];
  return [
    name,
    image ?? NOTHING,
    state,
    readyAfter === undefined ? NOTHING : formatDuration(readyAfter),
    String(restarts),
    sizes.join(' / '),
    bounds.length === 0 ? NOTHING : bounds.join(', '),
  ];
}
