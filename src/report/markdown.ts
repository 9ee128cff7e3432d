import { attachmentLines } from './attachments.ts';
import { markdownTable } from 'markdown-table';
import { formatPlace } from '../model/place.ts';
import type { ImageRecord, ProblemRecord, RunRecord } from '../model/record.ts';
import { verdictOf } from '../model/record-verdict.ts';
import { isBlocking } from '../model/verdict.ts';
import { formatSize } from '../model/size.ts';
import { tableOf } from './cells.ts';
import { evidenceLines } from './evidence.ts';
import { toCodeBlock, toMarkdown, toProse } from './escape.ts';
import { gpuLines } from './gpu-lines.ts';
import { isPlan, planLinesOf, publishLine } from './plan-lines.ts';
import { deltaOf, hasGrown, type Heavy, heaviestLayers, splitBase } from './growth.ts';
import { findingsOf, headlineOf, leadOf, messageOf, type ShownFinding, waivedLines } from './headline.ts';
import { reproduceCommand } from './reproduce.ts';
import { stackLineOf, stackLogsOf, stackTableOf } from './stack-cells.ts';

/** GitHub refuses a job summary over 1 MiB; some room is left for what other steps wrote. */
const LIMIT_BYTES = 1_000_000;

/** The job summary: verdict, the number that failed and the fix, table, what to fix, why it is bigger, what was published. At most `limit` bytes, cut by whole findings and said so. */
export function renderMarkdown(record: RunRecord, limit = LIMIT_BYTES): string {
  const verdict = verdictOf(record);
  const mark = verdict === 'passed' ? '✅' : verdict === 'blocked' ? '❌' : '⚠️';
  const all = findingsOf(record);
  const folded = all.filter(({ outcome }) => !isBlocking(outcome)).map(findingItem);
  const blocks = [
    [`### ${mark} images: ${toMarkdown(headlineOf(record))}`],
    lead(record),
    isPlan(record) ? planned(record) : imageTable(record),
    ...record.images.map((image) => [buildFailure(image)]),
    ...record.problems.map((problem) => [problemText(problem)]),
    all.filter(({ outcome }) => isBlocking(outcome)).map(findingItem),
    ...record.images.map((image) => [containerOutput(image)]),
    ...stackBlocks(record),
    whyBigger(record),
    onGpu(record),
    published(record),
    folded,
    [...waivedLines(record), ...record.notes].map((note) => `- ${toMarkdown(note)}`),
  ];
  const end = source(record);
  const room = limit - Buffer.byteLength(end);
  // Where nothing is enforced, the warnings are what the run is for.
  const opening = verdict === 'informational' ? '<details open>' : '<details>';
  return `${joinWithin(blocks, room, (lines) => (lines === folded ? opening : undefined))}\n\n${end}\n`;
}

/** Blocks of lines, a blank line between two, as long as there is room; whole lines are left out and counted. Warnings open on a click: `opening` knows their block. */
function joinWithin(
  blocks: readonly (readonly string[])[],
  limit: number,
  opening: (block: readonly string[]) => string | undefined,
): string {
  let room = limit - 300;
  let left = 0;
  const kept = blocks.map((lines) => {
    const fitting = lines.filter((line) => {
      if (line === '') return false;
      const size = Buffer.byteLength(line) + 2;
      if (size > room) {
        left += 1;
        return false;
      }
      room -= size;
      return true;
    });
    return fold(fitting, opening(lines));
  });
  const more =
    left === 0
      ? []
      : [`… and ${String(left)} more, left out here because GitHub takes no longer text; the record holds them all.`];
  return [...kept, more]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** GitHub reads markdown inside of it only after a blank line. */
function fold(lines: readonly string[], opening: string | undefined): readonly string[] {
  if (lines.length === 0 || opening === undefined) return lines;
  const count = lines.length === 1 ? '1 warning' : `${String(lines.length)} warnings`;
  return [`${opening}<summary>${count}</summary>`, '', ...lines, '', '</details>'];
}

/** The first thing that blocks, with its number and the fix. */
function lead(record: RunRecord): string[] {
  const first = leadOf(record);
  if (first === undefined) return [];
  const remedy = first.remedy === undefined ? '' : ` → ${toProse(first.remedy)}`;
  return [`**${toMarkdown(first.subject)}** ${toProse(first.message)}${remedy}`];
}

/** For what grew or is too large: base share against own share, and the layers and paths to blame. */
function whyBigger({ images }: RunRecord): string[] {
  const large = images.filter((image) => hasGrown(image) || image.blocked.some((reason) => reason.startsWith('size.')));
  const items = large.flatMap((image) => {
    const heavy = heaviestLayers(image);
    if (heavy.length === 0) return [];
    const { base, own } = splitBase(image);
    const delta = deltaOf(image);
    const head = `- **${toMarkdown(image.name)}** ${delta === undefined ? '' : `${toMarkdown(delta)} to the base branch; `}${formatSize(base)} base image, ${formatSize(own)} its own`;
    return [head, ...heavy.map((entry) => `  - ${heavyText(entry)}`)];
  });
  return items.length === 0 ? [] : ['#### Why bigger', ...items];
}

function onGpu({ images }: RunRecord): string[] {
  return images.flatMap((image) =>
    gpuLines(image).flatMap(({ head, phases }) => [
      `- **${toMarkdown(image.name)}** on a GPU: ${toMarkdown(head)}`,
      ...phases.map((line) => `  - ${toMarkdown(line)}`),
    ]),
  );
}

function heavyText({ layer, bytes, instruction, place, paths }: Heavy): string {
  const words = [`**${formatSize(bytes)}** in layer ${String(layer + 1)}`, toMarkdown(instruction.slice(0, 160))];
  const where = place === undefined ? '' : ` (${toMarkdown(place)})`;
  return `${words.filter((word) => word !== '').join(' ')}${where}${paths.length === 0 ? '' : `: ${toMarkdown(paths.join(', '))}`}`;
}

function problemText({ message, details = [], remedy }: ProblemRecord): string {
  const text = `**${toMarkdown(message)}**${remedy === undefined ? '' : ` → ${toProse(remedy)}`}`;
  return details.length === 0 ? text : `${text}\n\n${toCodeBlock(details.join('\n'))}`;
}

function findingItem(entry: ShownFinding): string {
  const { image, outcome, finding } = entry;
  const mark = isBlocking(outcome) ? '❌' : '⚠️';
  const place = finding?.place === undefined ? '' : ` (${toMarkdown(formatPlace(finding.place))})`;
  const remedy = finding === undefined ? '' : `<br>→ ${toProse(finding.remedy)}`;
  return `- ${mark} **${toMarkdown(image.name)}** ${toMarkdown(entry.rules)}: ${toProse(messageOf(entry))}${place}${remedy}`;
}

function imageTable({ images }: RunRecord): string[] {
  if (images.length === 0) return [];
  const { columns, rows } = tableOf(images);
  const cells = rows.map((row) => [rowMark(row.image), ...row.cells.map(toMarkdown)]);
  return markdownTable([['', ...columns], ...cells], { alignDelimiters: false }).split('\n');
}

function planned(record: RunRecord): string[] {
  const items = record.images.map(
    (image) =>
      `- **${toMarkdown(image.name)}** ${planLinesOf(image)
        .map(([label, text]) => `${label}: ${toMarkdown(text)}`)
        .join(' · ')}`,
  );
  return [...items, `\n${toMarkdown(publishLine(record))}`];
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

function containerOutput(image: ImageRecord): string {
  const lines = image.evidence === undefined ? [] : evidenceLines(image);
  return lines.length === 0
    ? ''
    : `What **${toMarkdown(image.name)}** said in its container:\n\n${toCodeBlock(lines.join('\n'))}`;
}

/** The services of the stack as they ran, and what those that were not ready printed. */
function stackBlocks({ stack }: RunRecord): string[][] {
  const table = stack === undefined ? undefined : stackTableOf(stack);
  if (stack === undefined || table === undefined) return [];
  const rows = table.rows.map(({ ready, cells }) => [ready ? '✅' : '❌', ...cells.map(toMarkdown)]);
  const lines = markdownTable([['', ...table.columns], ...rows], { alignDelimiters: false }).split('\n');
  const logs = stackLogsOf(stack).map(
    ([name, log]) => `What **${toMarkdown(name)}** of the stack printed last:\n\n${toCodeBlock(log.join('\n'))}`,
  );
  return [[toMarkdown(stackLineOf(stack) ?? '')], lines, ...logs.map((log) => [log])];
}

function published(record: RunRecord): string[] {
  const items = record.images.flatMap((image) =>
    image.published === undefined
      ? []
      : [
          `- **${toMarkdown(image.name)}** ${toMarkdown(image.published.reference)}`,
          ...image.published.tags.map(
            ({ tag, action, reason }) => `  - ${toMarkdown(tag)} **${action}**: ${toMarkdown(reason)}`,
          ),
          ...attachmentLines(image.published).map((line) => `  - ${toMarkdown(line)}`),
        ],
  );
  if (items.length > 0) return ['#### Published', ...items];
  const staged = record.images.flatMap(({ name, staged: one }) =>
    one === undefined ? [] : `- **${toMarkdown(name)}** ${toMarkdown(one.reference)}`,
  );
  if (staged.length > 0) return ['#### In staging', ...staged];
  return record.publish.decided || isPlan(record) ? [] : [`publish: skipped (${toMarkdown(record.publish.reason)})`];
}

function source(record: RunRecord): string {
  const { commit, branch, tag, dirty } = record.source;
  const from = [tag ?? branch, commit?.slice(0, 12), dirty ? 'uncommitted changes' : undefined]
    .filter((part) => part !== undefined)
    .join(' · ');
  const command = toMarkdown(reproduceCommand(record));
  return `<sub>${from === '' ? '' : `${toMarkdown(from)} · `}the same verdict on a laptop: <code>${command}</code></sub>`;
}
