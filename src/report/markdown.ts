import { markdownTable } from 'markdown-table';
import { formatPlace } from '../model/place.ts';
import type { ImageRecord, ProblemRecord, RunRecord } from '../model/record.ts';
import { verdictOf } from '../model/record-verdict.ts';
import { isBlocking } from '../model/verdict.ts';
import { cellsOf, COLUMNS } from './cells.ts';
import { toCodeBlock, toMarkdown } from './escape.ts';
import { isPlan, planLinesOf, publishLine } from './plan-lines.ts';
import { findingsOf, headlineOf, messageOf, type ShownFinding, waivedLines } from './headline.ts';

/** GitHub refuses a job summary over 1 MiB; some room is left for what other steps wrote. */
const LIMIT_BYTES = 1_000_000;

/** The job summary: verdict, table, what to fix, what was published. At most 1 MB, cut by whole findings and said so. */
export function renderMarkdown(record: RunRecord): string {
  const verdict = verdictOf(record);
  const mark = verdict === 'passed' ? '✅' : verdict === 'blocked' ? '❌' : '⚠️';
  const fixed = [
    `### ${mark} images: ${toMarkdown(headlineOf(record))}`,
    isPlan(record) ? planned(record) : imageTable(record),
    ...record.images.map(buildFailure),
    ...record.problems.map(problemText),
    published(record),
    [...waivedLines(record), ...record.notes].map((note) => `- ${toMarkdown(note)}`).join('\n'),
    source(record),
  ].filter((part) => part !== '');
  const [head = '', ...rest] = fixed;
  return `${[head, ...withinLimit(findingsOf(record).map(findingItem), fixed.join('\n\n').length), ...rest].join('\n\n')}\n`;
}

function problemText({ message, details = [], remedy }: ProblemRecord): string {
  const text = `**${toMarkdown(message)}**${remedy === undefined ? '' : ` ${toMarkdown(remedy)}`}`;
  return details.length === 0 ? text : `${text}\n\n${toCodeBlock(details.join('\n'))}`;
}

function withinLimit(items: readonly string[], used: number): string[] {
  const kept: string[] = [];
  let size = used;
  for (const item of items) {
    size += Buffer.byteLength(item) + 1;
    if (size > LIMIT_BYTES) break;
    kept.push(item);
  }
  const left = items.length - kept.length;
  const lines = left === 0 ? kept : [...kept, `- … and ${String(left)} more, all of them in the record`];
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function findingItem(entry: ShownFinding): string {
  const { image, outcome, finding } = entry;
  const mark = isBlocking(outcome) ? '❌' : '⚠️';
  const place = finding?.place === undefined ? '' : ` (${toMarkdown(formatPlace(finding.place))})`;
  const remedy = finding === undefined ? '' : `<br>→ ${toMarkdown(finding.remedy)}`;
  return `- ${mark} **${toMarkdown(image.name)}** ${toMarkdown(entry.rules)}: ${toMarkdown(messageOf(entry))}${place}${remedy}`;
}

function imageTable(record: RunRecord): string {
  if (record.images.length === 0) return '';
  const rows = record.images.map((image) => [rowMark(image), ...cellsOf(image).map(toMarkdown)]);
  return markdownTable([['', ...COLUMNS], ...rows]);
}

function planned(record: RunRecord): string {
  const items = record.images.map(
    (image) =>
      `- **${toMarkdown(image.name)}** ${planLinesOf(image)
        .map(([label, text]) => `${label}: ${toMarkdown(text)}`)
        .join(' · ')}`,
  );
  return [...items, '', toMarkdown(publishLine(record))].join('\n');
}

function rowMark(image: ImageRecord): string {
  return image.blocked.length > 0 ? '❌' : '✅';
}

function buildFailure(image: ImageRecord): string {
  const failure = image.build?.failure;
  if (failure === undefined)
    return image.build?.note === undefined
      ? ''
      : `**${toMarkdown(image.name)}** was not built: ${toMarkdown(image.build.note)}`;
  const place = failure.file === undefined ? '' : ` at ${toMarkdown(`${failure.file}:${String(failure.line ?? 1)}`)}`;
  const log = failure.log.length === 0 ? '' : `\n\n${toCodeBlock(failure.log.join('\n'))}`;
  return `**${toMarkdown(image.name)}** build failed${place}: ${toMarkdown(failure.message)}${log}`;
}

function published(record: RunRecord): string {
  const items = record.images.flatMap((image) =>
    image.published === undefined
      ? []
      : [
          `- **${toMarkdown(image.name)}** ${toMarkdown(image.published.reference)}`,
          ...image.published.tags.map(
            ({ tag, action, reason }) => `  - ${toMarkdown(tag)} **${action}**: ${toMarkdown(reason)}`,
          ),
        ],
  );
  if (items.length > 0) return ['#### Published', ...items].join('\n');
  return record.publish.decided || isPlan(record) ? '' : `publish: skipped (${toMarkdown(record.publish.reason)})`;
}

function source(record: RunRecord): string {
  const { commit, branch, tag, dirty } = record.source;
  const from = [tag ?? branch, commit?.slice(0, 12), dirty ? 'uncommitted changes' : undefined]
    .filter((part) => part !== undefined)
    .join(' · ');
  const command = `slipway ${record.run.command}${record.config.file === undefined ? '' : ` --config ${record.config.file}`}`;
  return `<sub>${from === '' ? '' : `${toMarkdown(from)} · `}the same verdict on a laptop: <code>${toMarkdown(command)}</code></sub>`;
}
