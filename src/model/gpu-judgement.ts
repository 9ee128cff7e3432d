import { type GpuVerdict, MOST_ATTEMPTS } from './gpu-verdict.ts';
import type { ImageDigests } from './image.ts';
import type { RuleOutcome, Severity } from './verdict.ts';

/** The outcome's id, as if the stage were a rule. */
export const GPU_RULE = 'cuda.smoke';
export const GPU_RULE_TITLE = 'On a GPU the image does what it is for';

/** Running the failed jobs again leaves out GPU jobs, which end green so that the gate decides. */
export const RUN_ALL_AGAIN =
  'Choose “Re-run all jobs”: GPU jobs end green whatever they found, so “Re-run failed jobs” leaves them out.';

/** What the config asks of the stage. */
export interface GpuNeed {
  readonly required: boolean;
  readonly onInfra: 'block' | 'neutral';
  readonly onSkip: 'warn' | 'fail';
}

/** The bytes and the policy a verdict has to be about, and where they are to go. */
export interface GpuSubject {
  readonly digests: ImageDigests;
  readonly policyHash: string;
  /** False for loopback registries and layouts: what a stand-in said is enough there. */
  readonly strict: boolean;
}

/** What the stage came to, for the report of the job that ran it: `on-infra` and `on-skip` colour it. */
export function toGpuOutcome(need: GpuNeed, attempts: readonly GpuVerdict[]): RuleOutcome {
  const last = lastOf(attempts);
  const severity: Severity = need.required ? 'error' : 'warning';
  if (last === undefined) return undecided(severity, 'no GPU job has given a verdict yet');
  const failed = failedOf(attempts);
  if (failed !== undefined) return describeFailed(failed);
  if (last.verdict === 'passed') return describePassed(last);
  const reason = describeReason(last);
  if (last.verdict === 'infra') return undecided(need.onInfra === 'block' ? severity : 'warning', reason);
  if (need.onSkip === 'fail') return undecided(severity, reason);
  return { rule: GPU_RULE, status: 'skipped', severity: 'warning', reason, findings: [] };
}

/** What it means that no GPU job was to try the image: `on-skip` colours it where the config wants it and the run cannot. */
export function toUntriedOutcome(need: GpuNeed, reason: string, wanted: boolean): RuleOutcome {
  if (wanted && need.onSkip === 'fail') return undecided(need.required ? 'error' : 'warning', reason);
  return { rule: GPU_RULE, status: 'skipped', severity: 'warning', reason, findings: [] };
}

/** Whether these bytes may be published: where it is required only a pass for this digest and this policy lets them through (architecture.md). */
export function judgeGpuForPublishing(
  need: GpuNeed,
  attempts: readonly GpuVerdict[],
  subject: GpuSubject,
): RuleOutcome {
  const about = attempts.filter((attempt) => isAbout(attempt, subject));
  const last = lastOf(about);
  const failed = failedOf(about);
  if (failed !== undefined) return describeFailed(failed);
  if (last?.verdict === 'passed' && !(last.standIn && subject.strict)) return describePassed(last);
  const reason = describeLack(last, attempts.length > 0);
  if (need.required) return undecided('error', reason);
  return { rule: GPU_RULE, status: 'skipped', severity: 'warning', reason, findings: [] };
}

function describeLack(last: GpuVerdict | undefined, others: boolean): string {
  if (last?.verdict === 'passed')
    return 'a stand-in for a GPU passed it, which clears only loopback registries and OCI layouts';
  if (last !== undefined) return describeReason(last);
  return others ? 'the GPU verdicts are about another digest or another policy' : 'no GPU job has given a verdict';
}

/** Whether a verdict is about these very bytes under this very policy. */
export function isAbout(
  { digests, policyHash }: Pick<GpuVerdict, 'digests' | 'policyHash'>,
  subject: Pick<GpuVerdict, 'digests' | 'policyHash'>,
): boolean {
  return (
    policyHash === subject.policyHash &&
    digests.manifest === subject.digests.manifest &&
    digests.config === subject.digests.config
  );
}

function lastOf(attempts: readonly GpuVerdict[]): GpuVerdict | undefined {
  return attempts.toSorted((one, other) => one.attempt - other.attempt).at(-1);
}

/** As many attempts as a record holds: the latest, and those that failed before all others, since one decides for good. */
export function keepAttempts(attempts: readonly GpuVerdict[]): GpuVerdict[] {
  const kept = [...attempts];
  while (kept.length > MOST_ATTEMPTS) {
    const harmless = kept.findIndex(({ verdict }) => verdict !== 'failed');
    kept.splice(Math.max(0, harmless), 1);
  }
  return kept;
}

/** Only an attempt on a broken machine may be repeated: what failed once has failed. */
function failedOf(attempts: readonly GpuVerdict[]): GpuVerdict | undefined {
  return attempts.find(({ verdict }) => verdict === 'failed');
}

function describeReason({ verdict, diagnosis }: GpuVerdict): string {
  const why = diagnosis === undefined ? '' : `: ${diagnosis.message}`;
  return verdict === 'infra' ? `the GPU machine was at fault${why}` : `the GPU stage did not run${why}`;
}

function describeFailed({ diagnosis }: GpuVerdict): RuleOutcome {
  const { message = 'it failed on a GPU', seen, remedy = 'See the GPU job.' } = diagnosis ?? {};
  const finding = { message, remedy, ...(seen === undefined ? {} : { seen }) };
  return { rule: GPU_RULE, status: 'failed', severity: 'error', findings: [finding] };
}

function describePassed({ host, phases, standIn }: GpuVerdict): RuleOutcome {
  const name = host?.devices[0]?.name ?? 'a GPU';
  const count = phases.filter(({ status }) => status === 'passed').length;
  const seen = `${String(count)} ${count === 1 ? 'phase' : 'phases'} on ${name}${standIn ? ' (a stand-in)' : ''}`;
  return { rule: GPU_RULE, status: 'passed', severity: 'error', seen, findings: [] };
}

function undecided(severity: Severity, reason: string): RuleOutcome {
  return { rule: GPU_RULE, status: 'undecided', severity, reason, environment: true, findings: [] };
}
