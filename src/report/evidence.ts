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
export function evidenceOf(
  { images }: RunRecord,
  entry: ShownFinding,
  all: readonly ShownFinding[],
): readonly string[] {
  const image = images.find(({ name }) => name === entry.image.name);
  const rules = image?.evidence?.rules ?? [];
  const first = all.find(({ image: { name }, outcome }) => name === image?.name && rules.includes(outcome.rule));
  return image === undefined || first !== entry ? [] : evidenceLines(image);
}
