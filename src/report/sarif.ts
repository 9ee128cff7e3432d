import { createHash } from 'node:crypto';
import type { ImageRecord, JudgedRecord, OutcomeRecord, ProblemRecord, RunRecord } from '../model/record.ts';
import { judgedOf } from '../model/record-verdict.ts';
import { REPOSITORY } from '../model/version.ts';
import { toPrintable } from './escape.ts';
import { findingText, rulePage } from './rule-words.ts';
import { sarifLocations, type SarifLocation } from './sarif-places.ts';

/** GitHub shows at most this many results of one upload (GitHub docs, "SARIF support for code scanning"). */
const LIMIT = 5000;
const BUILD = 'build';

interface SarifResult {
  readonly ruleId: string;
  readonly level: 'error' | 'warning';
  readonly message: { readonly text: string };
  readonly locations?: readonly SarifLocation[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly object[];
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The record as SARIF 2.1.0 (OASIS), for code scanning: one result per finding, waived ones suppressed with their reason. */
export function renderSarif(record: RunRecord): string {
  const all = distinct([
    ...record.images.flatMap((image) => buildResult(image, record)),
    ...judgedOf(record).flatMap((image) => image.outcomes.flatMap((outcome) => outcomeResults(image, outcome, record))),
  ]);
  const results = all.slice(0, LIMIT);
  const cut = all.length - results.length;
  const run = {
    tool: { driver: describeDriver(record, results) },
    automationDetails: { id: `slipway/${record.run.command}/` },
    invocations: [
      {
        executionSuccessful: record.problems.length === 0,
        ...(isTime(record.run.startedAt) ? { startTimeUtc: record.run.startedAt } : {}),
        ...(isTime(record.run.finishedAt) ? { endTimeUtc: record.run.finishedAt } : {}),
        toolExecutionNotifications: [
          ...record.problems.map(toNotification),
          ...(cut === 0
            ? []
            : [{ level: 'note', message: { text: `${String(cut)} more results, all of them in the record` } }]),
        ],
      },
    ],
    columnKind: 'utf16CodeUnits',
    results,
    properties: { images: record.images.map(({ name, digests, blocked }) => ({ name, digests, blocked })) },
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function isTime(text: string): boolean {
  return Number.isFinite(Date.parse(text));
}

function describeDriver(record: RunRecord, results: readonly SarifResult[]): object {
  const ids = [...new Set(results.map(({ ruleId }) => ruleId))];
  const titles = new Map(record.rules?.map(({ id, title }) => [id, title]));
  return {
    name: record.tool.name,
    semanticVersion: record.tool.version,
    informationUri: `https://github.com/${REPOSITORY}`,
    rules: ids.map((id) => describeRule(id, titles.get(id) ?? (id === BUILD ? 'The image builds' : id))),
  };
}

/** With every text that code scanning asks for (GitHub docs, "SARIF support": shortDescription, fullDescription, help). */
function describeRule(id: string, title: string): object {
  const text = toPrintable(title);
  const common = { id, shortDescription: { text }, fullDescription: { text } };
  if (id === BUILD) return { ...common, help: { text: 'Read the last lines of the build.' } };
  const more = `slipway explain ${toPrintable(id)}`;
  return {
    ...common,
    helpUri: rulePage(id),
    help: {
      text: `${more}\n${rulePage(id)}`,
      markdown: `\`${more.replaceAll('`', '')}\` or [its page](${rulePage(id)})`,
    },
  };
}

function buildResult(image: ImageRecord, record: RunRecord): SarifResult[] {
  const failure = image.build?.failure;
  if (failure === undefined) return [];
  const text = [failure.message, failure.command, ...failure.log.slice(-50)].filter((part) => part !== undefined);
  const place = failure.file === undefined ? undefined : { file: failure.file, line: failure.line };
  return [
    {
      ruleId: BUILD,
      level: 'error',
      message: { text: toPrintable(text.join('\n')) },
      ...sarifLocations(place, image, record),
      partialFingerprints: fingerprints([BUILD, image.name, failure.command ?? failure.message]),
      properties: { image: image.name },
    },
  ];
}

function outcomeResults(image: JudgedRecord, outcome: OutcomeRecord, record: RunRecord): SarifResult[] {
  const base = { ruleId: outcome.rule, level: outcome.severity, properties: { image: image.name } };
  if (outcome.status === 'undecided' && outcome.findings.length === 0) {
    const text = `${image.name}: could not be decided: ${outcome.reason ?? 'no reason given'}`;
    const partialFingerprints = fingerprints([outcome.rule, image.name, 'undecided']);
    const locations = sarifLocations(undefined, image, record);
    return [{ ...base, message: { text: toPrintable(text) }, ...locations, partialFingerprints }];
  }
  if (!['failed', 'waived', 'undecided'].includes(outcome.status)) return [];
  return outcome.findings.map((finding) => ({
    ...base,
    message: { text: toPrintable(findingText(image, outcome, finding)) },
    ...sarifLocations(finding.place, image, record),
    partialFingerprints: fingerprints([
      outcome.rule,
      image.name,
      finding.place?.file ?? '',
      withoutMeasures(finding.message),
    ]),
    ...(finding.waived === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: toPrintable(finding.waived) }] }),
    properties: { image: image.name, seen: finding.seen, allowed: finding.allowed, remedy: finding.remedy },
  }));
}

const MEASURE = /\d[\d.,]*(?:\s?(?:[kMGT]i?B|B|ms|s|m|h|%)(?![A-Za-z]))?/g;

/** What was measured, and what is told behind the first colon, semicolon or bracket, changes from run to run; the problem is still the same. */
function withoutMeasures(text: string): string {
  const [head = ''] = text.split(/[:;(]/, 1);
  return (head.trim() === '' ? text : head)
    .replace(MEASURE, '#')
    .replace(/#(?: #)+/g, '#')
    .trim();
}

/** `primaryLocationLineHash` is the only one that GitHub compares. */
function fingerprints(parts: readonly string[]): Record<string, string> {
  const hash = createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);
  return { 'slipway/v1': hash, primaryLocationLineHash: `${hash}:1` };
}

/** Results that are alike but for their numbers are told apart by their order. */
function distinct(results: readonly SarifResult[]): SarifResult[] {
  const seen = new Map<string, number>();
  return results.map((result) => {
    const hash = result.partialFingerprints['slipway/v1'] ?? '';
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    if (count === 1) return result;
    const occurrence = `${hash}:${String(count)}`;
    return { ...result, partialFingerprints: { 'slipway/v1': occurrence, primaryLocationLineHash: occurrence } };
  });
}

function toNotification({ message, details = [], where, remedy }: ProblemRecord): object {
  const text = [message, where, ...details, remedy].filter((part) => part !== undefined).join(' — ');
  return { level: 'error', message: { text: toPrintable(text) } };
}
