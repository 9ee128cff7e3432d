import type { Check, CheckAnnotation } from '../model/github.ts';
import { formatPlace } from '../model/place.ts';
import type { FindingRecord, ImageRecord, RunRecord } from '../model/record.ts';
import { verdictOf } from '../model/record-verdict.ts';
import { isBlocking } from '../model/verdict.ts';
import { toLine, toPrintable } from './escape.ts';
import { evidenceLines, evidenceOf } from './evidence.ts';
import { findingsOf, headlineOf, messageOf, type ShownFinding } from './headline.ts';
import { renderMarkdown } from './markdown.ts';

/** GitHub's limits (REST API description, "check runs"), some room left where it counts bytes in one place and characters in another. */
const SUMMARY_BYTES = 65_000;
const MESSAGE_BYTES = 60_000;
const TITLE_LENGTH = 250;
/** More annotations than this nobody reads, and every fifty are one more call. */
const MOST = 500;

const CONCLUSIONS = { passed: 'success', blocked: 'failure', informational: 'neutral' } as const;

/** The check run of a record: its verdict, the summary and a line of the changed files for every finding that has one. */
export function renderCheck(record: RunRecord, commit: string): Check {
  const { file } = record.config;
  return {
    name: file === undefined || file === 'slipway.yml' ? 'slipway' : toLine(`slipway (${file})`, 100),
    commit,
    conclusion: CONCLUSIONS[verdictOf(record)],
    title: toLine(headlineOf(record), TITLE_LENGTH),
    summary: renderMarkdown(record, SUMMARY_BYTES),
    annotations: annotationsOf(record),
    externalId: record.run.id,
    startedAt: record.run.startedAt,
    completedAt: record.run.finishedAt,
  };
}

/** A check run for each image, by its own outcomes; what went wrong with the whole run is in all of them, and what its stack came to. */
export function renderImageChecks(record: RunRecord, commit: string): readonly Check[] {
  return record.images.map((image) => {
    const stack = record.stack?.images.includes(image.name) === true ? record.stack : undefined;
    const check = renderCheck({ ...record, images: [image], unchanged: [], stack }, commit);
    return {
      ...check,
      name: toLine(`${check.name}: ${image.name}`, 200),
      externalId: `${record.run.id}/${image.name}`,
    };
  });
}

function annotationsOf(record: RunRecord): readonly CheckAnnotation[] {
  const failures = record.images.flatMap((image) => buildFailure(image));
  const all = findingsOf(record);
  const findings = all.flatMap((entry) => findingAnnotation(record, entry, evidenceOf(record, entry, all)));
  return [...failures, ...findings].slice(0, MOST);
}

function buildFailure(image: ImageRecord): CheckAnnotation[] {
  const failure = image.build?.failure;
  const path = pathOf(failure?.file ?? image.dockerfile);
  if (failure === undefined || path === undefined) return [];
  const words = [failure.message, failure.command, ...evidenceLines(image)].filter((word) => word !== undefined);
  return [
    {
      path,
      line: failure.line ?? 1,
      level: 'failure',
      title: toLine(`${image.name}: build failed`, TITLE_LENGTH),
      message: cut(words.join('\n')),
    },
  ];
}

/** What blocks is always shown, at the Dockerfile or the config where it has no line of its own; a warning only at its line. */
function findingAnnotation(record: RunRecord, entry: ShownFinding, evidence: readonly string[]): CheckAnnotation[] {
  const blocking = isBlocking(entry.outcome);
  const image = record.images.find(({ name }) => name === entry.image.name);
  const own = entry.finding?.place;
  const outside = own?.inImage === true ? undefined : own;
  const path = pathOf(outside?.file) ?? (blocking ? pathOf(image?.dockerfile ?? record.config.file) : undefined);
  if (path === undefined) return [];
  const inImage = own?.inImage === true ? [`in the image: ${formatPlace(own)}`] : [];
  const words = [messageOf(entry), ...inImage, ...remedyOf(entry.finding), ...evidence];
  return [
    {
      path,
      line: pathOf(outside?.file) === undefined ? 1 : (outside?.line ?? 1),
      level: blocking ? 'failure' : 'warning',
      title: toLine(`${entry.image.name}: ${entry.rules}`, TITLE_LENGTH),
      message: cut(words.join('\n')),
    },
  ];
}

function remedyOf(finding: FindingRecord | undefined): readonly string[] {
  return finding === undefined ? [] : [`→ ${finding.remedy}`];
}

/** A path of the repository, or undefined: GitHub refuses the whole call for one that is none. */
function pathOf(file: string | undefined): string | undefined {
  const path = (file ?? '').toWellFormed().replace(/^(?:\.\/)+/, '');
  const wrong = path === '' || path.startsWith('/') || path.length > 1000 || toLine(path, 1001) !== path;
  return wrong || path.split('/').includes('..') ? undefined : path;
}

/** Annotations are plain text; what GitHub would refuse for its length is cut, and the cut is visible. */
function cut(text: string): string {
  const printable = toPrintable(text).toWellFormed();
  if (Buffer.byteLength(printable) <= MESSAGE_BYTES) return printable;
  return `${Buffer.from(printable).subarray(0, MESSAGE_BYTES).toString('utf8').replace(/�+$/, '')}…`;
}
