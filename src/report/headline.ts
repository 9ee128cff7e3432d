import { formatPlace } from '../model/place.ts';
import type { FindingRecord, ImageRecord, JudgedRecord, OutcomeRecord, RunRecord } from '../model/record.ts';
import { judgedOf, verdictOf } from '../model/record-verdict.ts';
import { isBlocking } from '../model/verdict.ts';

/** First line of every report: the verdict in words. */
export function headlineOf(record: RunRecord): string {
  const { images, problems } = record;
  const blocked = images.filter((image) => image.blocked.length > 0);
  if (images.length === 0 && problems.length === 0 && record.unchanged !== undefined)
    return `nothing to build: ${String(record.unchanged.length)} unchanged`;
  const subject = images.length === 1 ? '1 image' : `${String(images.length)} images`;
  if (verdictOf(record) === 'informational') return `${subject} judged for information, nothing is enforced`;
  if (blocked.length > 0) return `${String(blocked.length)} of ${subject} blocked`;
  if (record.stack !== undefined && record.stack.blocked.length > 0) return 'the stack is blocked';
  const published = images.filter((image) => image.published !== undefined).length;
  if (problems.length > 0) {
    const what = published === 0 ? 'stopped' : `${String(published)} of ${subject} published, then stopped`;
    return `${what} by ${problems.length === 1 ? 'a problem' : `${String(problems.length)} problems`}`;
  }
  if (published > 0)
    return published === images.length
      ? `${subject} proven and published`
      : `${String(published)} of ${subject} published`;
  if (images.every((image) => image.status === 'planned')) return `${subject} planned`;
  return images.every((image) => image.digests !== undefined && hasVerdict(image))
    ? `${subject} proven`
    : `${subject} built`;
}

/** An image counts as proven only when rules looked at its bytes. */
function hasVerdict(image: ImageRecord): boolean {
  return image.sizes !== undefined;
}

export interface ShownFinding {
  /** The image, or the stack. */
  readonly image: JudgedRecord;
  readonly outcome: OutcomeRecord;
  /** The rule; for what keeps several from deciding, how many more there are. */
  readonly rules: string;
  /** Undefined: the outcome itself is the message (undecided). */
  readonly finding?: FindingRecord;
}

export interface Lead {
  readonly subject: string;
  readonly message: string;
  readonly remedy?: string;
}

/** Second line of every report: the first thing that blocks, with its number and the fix; undefined when nothing does. */
export function leadOf(record: RunRecord): Lead | undefined {
  const [problem] = record.problems;
  const broken = record.images.find(({ build }) => build?.failure !== undefined);
  const failure = broken?.build?.failure;
  if (broken !== undefined && failure !== undefined) {
    const where = failure.file === undefined ? '' : ` at ${formatPlace({ file: failure.file, line: failure.line })}`;
    return { subject: broken.name, message: `did not build${where}: ${failure.command ?? failure.message}` };
  }
  const first = findingsOf(record).find(({ outcome }) => isBlocking(outcome));
  if (first !== undefined)
    return {
      subject: first.image.name,
      message: messageOf(first),
      ...(first.finding === undefined ? {} : { remedy: first.finding.remedy }),
    };
  if (problem === undefined) return undefined;
  return {
    subject: problem.where ?? 'the run',
    message: problem.message,
    ...(problem.remedy === undefined ? {} : { remedy: problem.remedy }),
  };
}

/** Findings worth a line, those that block first; an undecided rule counts as one. */
export function findingsOf(record: RunRecord): ShownFinding[] {
  const all = judgedOf(record).flatMap((image) =>
    image.outcomes
      .filter((outcome) => outcome.status === 'failed' || outcome.status === 'undecided')
      .flatMap((outcome): ShownFinding[] =>
        outcome.findings.length === 0
          ? [{ image, outcome, rules: outcome.rule }]
          : outcome.findings.map((finding) => ({ image, outcome, rules: outcome.rule, finding })),
      ),
  );
  return sortBlocking(joinUndecided(all));
}

/** One cause that keeps many rules of an image from deciding is told once, at the place of the first that blocks. */
function joinUndecided(all: readonly ShownFinding[]): ShownFinding[] {
  const alike = Map.groupBy(
    sortBlocking(all),
    ({ image, outcome, finding }) => finding ?? `${image.name}\0${outcome.reason ?? outcome.rule}`,
  );
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    if (others.length === 0) return [first];
    const more = others.length === 1 ? (others[0]?.rules ?? '') : `${String(others.length)} more rules`;
    return { ...first, rules: `${first.rules} and ${more}` };
  });
}

function sortBlocking(all: readonly ShownFinding[]): ShownFinding[] {
  return [...all.filter(({ outcome }) => isBlocking(outcome)), ...all.filter(({ outcome }) => !isBlocking(outcome))];
}

/** The sentence for a finding or an undecided rule; for a failed one with the reason its waiver did not help. */
export function messageOf({ outcome, finding }: ShownFinding): string {
  if (finding === undefined) return outcome.reason ?? outcome.status;
  return outcome.reason === undefined ? finding.message : `${finding.message} (${outcome.reason})`;
}

/** `api user.config: waived: reason (until day)` for each rule that waivers let through: what is let through stays in sight. */
export function waivedLines(record: RunRecord): string[] {
  return judgedOf(record).flatMap((image) =>
    image.outcomes
      .filter(({ status }) => status === 'waived')
      .map(({ rule, reason }) => `${image.name} ${rule} waived: ${reason ?? 'no reason'}`),
  );
}

/** Numbers people look for, in the order of the table's columns; `–` where nothing was measured. */
export function countOutcomes(image: ImageRecord): {
  passed: number;
  failed: number;
  warned: number;
  waived: number;
  skipped: number;
} {
  const count = (test: (outcome: OutcomeRecord) => boolean): number => image.outcomes.filter(test).length;
  return {
    passed: count((outcome) => outcome.status === 'passed'),
    failed: count(isBlocking),
    warned: count((outcome) => !isBlocking(outcome) && (outcome.status === 'failed' || outcome.status === 'undecided')),
    waived: count((outcome) => outcome.status === 'waived'),
    skipped: count((outcome) => outcome.status === 'skipped'),
  };
}
