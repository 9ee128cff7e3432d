import type { Fault } from '../model/fault.ts';
import type { RunRecord } from '../model/record.ts';
import { formatPlace } from '../model/place.ts';
import { isBlocking } from '../model/verdict.ts';
import { toCommandData, toCommandProperty } from './escape.ts';
import { evidenceLines, evidenceOf } from './evidence.ts';
import { findingsOf, messageOf, type ShownFinding } from './headline.ts';

/** GitHub shows at most ten annotations of each level and step, and fifty of a job (GitHub docs, "Workflow commands" and the runner's limits). */
const LIMIT_PER_LEVEL = 10;
/** GitHub refuses an annotation of more than 64 KiB. */
const LIMIT_TEXT = 30_000;

/** Workflow commands that put each finding on its line, errors first; where GitHub would show no more, the last one counts what it leaves out. */
export function renderAnnotations(record: RunRecord): string[] {
  const findings = findingsOf(record);
  const errors = [
    ...record.problems.map((problem) =>
      errorCommand([problem.message, problem.where, ...(problem.details ?? []), problem.remedy]),
    ),
    ...record.images.flatMap(failureCommand),
    ...findings
      .filter(({ outcome }) => isBlocking(outcome))
      .map((entry) => command('error', entry, evidenceOf(record, entry, findings))),
  ];
  const warnings = findings.filter(({ outcome }) => !isBlocking(outcome)).map((entry) => command('warning', entry));
  return [...withinLimit('error', errors), ...withinLimit('warning', warnings)];
}

function withinLimit(level: 'error' | 'warning', commands: readonly string[]): readonly string[] {
  if (commands.length <= LIMIT_PER_LEVEL) return commands;
  const shown = commands.slice(0, LIMIT_PER_LEVEL - 1);
  const left = commands.length - shown.length;
  return [
    ...shown,
    `::${level} title=slipway::${String(left)} more ${level}s, all of them in the summary and the record`,
  ];
}

/** Cut before it is escaped, so that no escape is cut in two. */
function toData(text: string): string {
  return toCommandData(text.length <= LIMIT_TEXT ? text : `${text.slice(0, LIMIT_TEXT)}…`);
}

function command(level: 'error' | 'warning', entry: ShownFinding, evidence: readonly string[] = []): string {
  const { image, finding } = entry;
  const place = finding?.place;
  const properties = [
    ...(place === undefined || place.inImage === true
      ? []
      : [`file=${toCommandProperty(place.file)}`, ...(place.line === undefined ? [] : [`line=${String(place.line)}`])]),
    `title=${toCommandProperty(`${image.name}: ${entry.rules}`)}`,
  ];
  const text = [messageOf(entry), ...(finding === undefined ? [] : [finding.remedy]), ...evidence].join('\n');
  return `::${level} ${properties.join(',')}::${toData(text)}`;
}

function failureCommand(image: RunRecord['images'][number]): string[] {
  const failure = image.build?.failure;
  if (failure === undefined) return [];
  const place =
    failure.file === undefined ? '' : `file=${toCommandProperty(failure.file)},line=${String(failure.line ?? 1)},`;
  const text = [failure.message, failure.command, ...evidenceLines(image)]
    .filter((part) => part !== undefined)
    .join('\n');
  return [`::error ${place}title=${toCommandProperty(`${image.name}: build failed`)}::${toData(text)}`];
}

/** A Fault as one annotation: what, where, what to do. */
export function renderFaultCommand(fault: Fault): string {
  const complaints = fault.complaints.map(({ message, place }) =>
    place === undefined ? message : `${formatPlace(place)} ${message}`,
  );
  return errorCommand([fault.message, fault.where, ...complaints, fault.remedy]);
}

function errorCommand(lines: readonly (string | undefined)[]): string {
  return `::error title=slipway::${toData(lines.filter((line) => line !== undefined).join('\n'))}`;
}
