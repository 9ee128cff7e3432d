import { formatDuration } from '../model/duration.ts';
import type { GpuPhaseResult, GpuSamples, GpuVerdict } from '../model/gpu-verdict.ts';
import type { ImageRecord } from '../model/record.ts';
import { formatSize } from '../model/size.ts';

const WORDS = {
  passed: 'passed',
  failed: 'failed',
  infra: 'the machine was at fault',
  skipped: 'did not run',
} as const;

/** What each attempt on a GPU came to, a line each, then its phases; untrusted words are in it. */
export function gpuLines({ gpu }: ImageRecord): { readonly head: string; readonly phases: readonly string[] }[] {
  return (gpu?.attempts ?? []).map((attempt) => ({
    head: describeAttempt(attempt),
    phases: [
      ...attempt.phases.map(describePhase),
      ...attempt.warnings.map(({ message, seen }) => `warning: ${message}${seen === undefined ? '' : ` (${seen})`}`),
    ],
  }));
}

/** Verdict, machine and reason in one line. */
export function describeAttempt(attempt: GpuVerdict): string {
  const { verdict, attempt: number, diagnosis, standIn } = attempt;
  const why = diagnosis === undefined ? '' : `: ${diagnosis.message}`;
  return `attempt ${String(number)} ${WORDS[verdict]} on ${machineOf(attempt)}${standIn ? ', a stand-in' : ''}${why}`;
}

/** The GPU, its driver and how it was reached. */
function machineOf({ host, injection, run }: GpuVerdict): string {
  const name = host?.devices[0]?.name ?? 'no GPU';
  const details = [
    host?.driver === undefined ? undefined : `driver ${host.driver}`,
    host?.cuda === undefined ? undefined : `CUDA ${host.cuda}`,
    injection === undefined || injection.happened === 'none' ? undefined : `through ${injection.happened}`,
    run.runner,
  ].filter((word) => word !== undefined);
  return details.length === 0 ? name : `${name} (${details.join(', ')})`;
}

function describePhase(phase: GpuPhaseResult): string {
  if (phase.status === 'not-run') return `${phase.name} was not run`;
  const use = phase.samples === undefined ? undefined : describeUse(phase.samples);
  const without = phase.withoutGpu === undefined ? undefined : `without a GPU ${phase.withoutGpu.seen}`;
  const words = [describeRuns(phase), use, without].filter((word) => word !== undefined);
  return `${phase.name} ${phase.status}: ${words.join('; ')}`;
}

/** The first run pays for compilation and tuning, so it stands alone. */
export function describeRuns({ runs }: Pick<GpuPhaseResult, 'runs'>): string {
  const [first = 0, ...others] = runs;
  if (others.length === 0) return formatDuration(first);
  return `${formatDuration(first)}, then ${formatDuration(Math.min(...others))}`;
}

/** Fewer samples say nothing. */
const SEEN = 4;

/** Undefined where nothing was seen: what ends within a second falls between two samples. */
export function describeUse({ count, utilization, memory }: GpuSamples): string | undefined {
  if (count < SEEN) return undefined;
  const words = [
    utilization === undefined ? undefined : `${String(utilization.max)} % at most`,
    memory === undefined ? undefined : `memory +${formatSize(Math.max(memory.rise, memory.counted ?? 0))}`,
  ].filter((word) => word !== undefined);
  return words.length === 0 ? undefined : words.join(', ');
}
