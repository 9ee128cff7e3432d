import type { Config, Waiver } from '../model/config.ts';
import { Fault } from '../model/fault.ts';
import type { Complaint } from '../model/fault.ts';
import { formatPlace } from '../model/place.ts';
import type { Finding, RuleOutcome } from '../model/verdict.ts';
import type { AnyRule } from './rule.ts';

const DAY = 86_400_000;
/** The longest a waiver may run (rules.md, "Output, exit and waivers"). */
const LONGEST_DAYS = 180;
/** The rule id under which a waiver that covers nothing is reported. */
export const UNUSED_WAIVER = 'waiver.unused';

type WaiverState = 'active' | 'expired' | 'invalid';

/** Throws one Fault naming every waiver without a reason, without a real date, or that runs longer than 180 days; call it before anything is built. */
export function requireValidWaivers(waivers: readonly Waiver[], now: Date): void {
  const complaints = waivers.flatMap((waiver): Complaint[] => {
    const message = complainAbout(waiver, now);
    return message === undefined ? [] : [{ message, place: waiver.place }];
  });
  const first = complaints[0];
  if (first === undefined) return;
  throw new Fault(first.message, {
    ...(first.place === undefined ? {} : { where: formatPlace(first.place) }),
    remedy: `Give each waiver a reason and an \`expires:\` date at most ${String(LONGEST_DAYS)} days away, and renew it when it runs out.`,
    complaints,
  });
}

/** The outcome with its covered findings marked: *waived* when every one is, else still *failed* with the reason waivers did not help. */
export function applyWaivers(outcome: RuleOutcome, image: string, waivers: readonly Waiver[], now: Date): RuleOutcome {
  if (outcome.status !== 'failed') return outcome;
  const candidates = waivers.filter((waiver) => concerns(waiver, outcome.rule, image));
  if (candidates.length === 0) return outcome;
  const active = candidates.filter((waiver) => stateOf(waiver, now) === 'active');
  const findings = outcome.findings.map((finding) => markWaived(finding, active));
  if (findings.every((finding) => finding.waived !== undefined)) {
    const reasons = [...new Set(findings.map((finding) => finding.waived))];
    return { ...outcome, status: 'waived', reason: reasons.join('; '), findings };
  }
  const notes = candidates.flatMap((waiver) => describeUseless(waiver, outcome.findings, now));
  return { ...outcome, findings, ...(notes.length === 0 ? {} : { reason: notes.join('; ') }) };
}

/**
 * Warnings for the image's waivers that cover nothing. A rule that could not judge says nothing about its waivers.
 * A waiver for every image is reported only where there is one image: elsewhere another image may use it.
 */
export function reportUnusedWaivers(
  rules: readonly AnyRule[],
  outcomes: readonly RuleOutcome[],
  image: string,
  config: Config,
): RuleOutcome[] {
  const own = config.waivers.filter(
    (waiver) => (waiver.image ?? (config.images.length === 1 ? image : undefined)) === image,
  );
  const ofStack = config.stack !== undefined && image === 'stack';
  const judges = (rule: AnyRule, waiver: Waiver): boolean =>
    rule.id === waiver.rule && (waiver.image !== undefined || rule.kinds.includes('stack') === ofStack);
  const unused = own.filter((waiver) => rules.some((rule) => judges(rule, waiver)) && !isUsed(waiver, image, outcomes));
  if (unused.length === 0) return [];
  return [{ rule: UNUSED_WAIVER, status: 'failed', severity: 'warning', findings: unused.map(findUnused) }];
}

function complainAbout(waiver: Waiver, now: Date): string | undefined {
  if (waiver.reason.trim() === '') return `the waiver of ${waiver.rule} has no reason`;
  const end = endOf(waiver);
  if (end === undefined)
    return `the waiver of ${waiver.rule} expires on "${waiver.expires}", which is not a date (YYYY-MM-DD)`;
  if (daysUntil(waiver, now) <= LONGEST_DAYS) return undefined;
  const days = String(daysUntil(waiver, now));
  return `the waiver of ${waiver.rule} runs for ${days} days (until ${waiver.expires}); at most ${String(LONGEST_DAYS)} are allowed`;
}

/** Milliseconds of the first moment after the last valid day, UTC; undefined for days that do not exist. */
function endOf(waiver: Waiver): number | undefined {
  const start = Date.parse(`${waiver.expires}T00:00:00.000Z`);
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== waiver.expires) return undefined;
  return start + DAY;
}

function daysUntil(waiver: Waiver, now: Date): number {
  const today = Date.parse(`${now.toISOString().slice(0, 10)}T00:00:00.000Z`);
  return Math.round(((endOf(waiver) ?? Number.NaN) - DAY - today) / DAY);
}

function stateOf(waiver: Waiver, now: Date): WaiverState {
  if (complainAbout(waiver, now) !== undefined) return 'invalid';
  return now.getTime() < (endOf(waiver) ?? 0) ? 'active' : 'expired';
}

function concerns(waiver: Waiver, rule: string, image: string): boolean {
  return waiver.rule === rule && (waiver.image === undefined || waiver.image === image);
}

function covers(waiver: Waiver, finding: Finding): boolean {
  if (waiver.match === undefined) return true;
  const place = finding.place === undefined ? '' : formatPlace(finding.place);
  return finding.message.includes(waiver.match) || place.includes(waiver.match);
}

function markWaived(finding: Finding, active: readonly Waiver[]): Finding {
  const waiver = active.find((candidate) => covers(candidate, finding));
  if (waiver === undefined) return finding;
  const owner = waiver.owner === undefined ? '' : `, ${waiver.owner}`;
  return { ...finding, waived: `${waiver.reason} (until ${waiver.expires}${owner})` };
}

function describeUseless(waiver: Waiver, findings: readonly Finding[], now: Date): string[] {
  if (!findings.some((finding) => covers(waiver, finding))) return [];
  const where = formatPlace(waiver.place);
  const state = stateOf(waiver, now);
  if (state === 'expired') return [`the waiver at ${where} expired on ${waiver.expires}`];
  if (state === 'invalid') return [`the waiver at ${where} does not count: ${complainAbout(waiver, now) ?? ''}`];
  return [];
}

function isUsed(waiver: Waiver, image: string, outcomes: readonly RuleOutcome[]): boolean {
  return outcomes.some((outcome) => {
    if (!concerns(waiver, outcome.rule, image)) return false;
    if (outcome.status === 'undecided' || outcome.status === 'skipped') return true;
    return outcome.findings.some((finding) => covers(waiver, finding));
  });
}

function findUnused(waiver: Waiver): Finding {
  const match = waiver.match === undefined ? '' : ` with "${waiver.match}"`;
  return {
    message: `the waiver of ${waiver.rule} covers nothing: no finding${match} is there any more`,
    place: waiver.place,
    remedy: 'Remove the waiver.',
  };
}
