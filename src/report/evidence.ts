import { GPU_RULE } from '../model/gpu-judgement.ts';
import type { ImageRecord, RunRecord } from '../model/record.ts';
import type { ShownFinding } from './headline.ts';

type Evidenced = Pick<ImageRecord, 'build' | 'evidence'>;

/** Exit code, health log and last lines of what blocks an image, as plain lines; empty where nothing ran or nothing is wrong. */
export function evidenceLines({ build, evidence }: Evidenced): readonly string[] {
  const failure = build?.failure;
  if (failure !== undefined) {
    const said = failure.exitCode === undefined || failure.message.includes(`exit code: ${String(failure.exitCode)}`);
    const exit = said ? [] : [`exit code ${String(failure.exitCode)}`];
    return [...exit, ...failure.log.slice(-50)];
  }
  if (evidence === undefined) return [];
  const { exitCode, health = [], log } = evidence;
  return [
    ...(exitCode === undefined ? [] : [`exit code ${String(exitCode)}`]),
    ...(health.length === 0 ? [] : ['health log:', ...health.map((line) => `  ${line}`)]),
    ...(log.length === 0 ? [] : ['last lines of its output:', ...log.map((line) => `  ${line}`)]),
  ];
}

/** The lines for one finding: those of its image with the first finding that is about the containers, none with the others. */
export function evidenceOf(record: RunRecord, entry: ShownFinding, all: readonly ShownFinding[]): readonly string[] {
  const image = record.images.find(({ name }) => name === entry.image.name);
  if (image === undefined) return serviceLines(record, entry, all);
  if (entry.outcome.rule === GPU_RULE) return phaseLines(image);
  const rules = image.evidence?.rules ?? [];
  const first = all.find(({ image: { name }, outcome }) => name === image.name && rules.includes(outcome.rule));
  return first === entry ? evidenceLines(image) : [];
}

/** What the phase said that failed in the last attempt on a GPU. */
function phaseLines({ gpu }: ImageRecord): readonly string[] {
  const phase = gpu?.attempts.at(-1)?.phases.find(({ status }) => status === 'failed');
  if (phase === undefined) return [];
  const how = [
    ...(phase.exitCode === undefined ? [] : [`exit code ${String(phase.exitCode)}`]),
    ...(phase.timedOut ? ['it took too long'] : []),
    ...(phase.outOfMemory ? ['it ran out of memory'] : []),
  ];
  const log = phase.log.slice(-50).map((line) => `  ${line}`);
  return [...how, ...(log.length === 0 ? [] : [`last lines of ${phase.name}:`, ...log])];
}

const WORKING = new Set(['healthy', 'running', 'done']);

/** What the services of the stack said that do not work, with its first finding about the running stack. */
function serviceLines({ stack }: RunRecord, entry: ShownFinding, all: readonly ShownFinding[]): readonly string[] {
  const first = all.find(({ image, outcome }) => image.name === stack?.name && outcome.rule.startsWith('stack.'));
  if (first !== entry) return [];
  const broken = (stack?.run?.services ?? []).filter(({ state }) => !WORKING.has(state));
  return broken.flatMap(({ name, state, log }) => [
    `last lines of ${name}, ${state}:`,
    ...log.slice(-50).map((line) => `  ${line}`),
  ]);
}
