import { attachmentLines } from './attachments.ts';
import { styleText } from 'node:util';
import Table from 'cli-table3';
import { formatPlace } from '../model/place.ts';
import type { ImageRecord, ProblemRecord, RunRecord } from '../model/record.ts';
import { judgedOf, verdictOf } from '../model/record-verdict.ts';
import { isBlocking } from '../model/verdict.ts';
import { tableOf } from './cells.ts';
import { toLine } from './escape.ts';
import { gpuLines } from './gpu-lines.ts';
import { narrowTable } from './narrow-table.ts';
import { isPlan, planLinesOf, publishLine } from './plan-lines.ts';
import { stackLineOf, stackTableOf } from './stack-cells.ts';
import { countOutcomes, findingsOf, headlineOf, messageOf, type ShownFinding, waivedLines } from './headline.ts';

export interface TerminalOptions {
  readonly color: boolean;
  /** Only the verdict and what blocks. */
  readonly quiet: boolean;
  /** Every rule of every image. */
  readonly verbose: boolean;
  /** Characters in a line of the terminal; absent where it is none. */
  readonly width?: number | undefined;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const MARKS = { passed: '✓', failed: '✗', waived: '~', skipped: '·', undecided: '?' } as const;

/** What did not end as the tag's name promises stands out. */
const TAG_STYLES = { created: 'green', moved: 'green', same: 'dim', kept: 'yellow', undecided: 'yellow' } as const;

/** The report for people at a terminal: verdict, table, what to fix, what was published. */
export function renderTerminal(record: RunRecord, options: TerminalOptions): string {
  const paint: Paint = (style, text) => (options.color ? styleText(style, text, { validateStream: false }) : text);
  const shown = findingsOf(record).filter(({ outcome }) => !options.quiet || isBlocking(outcome));
  const parts = [
    headline(record, paint),
    options.quiet ? '' : isPlan(record) ? planned(record, paint) : imageTable(record, paint, options.width),
    options.quiet ? '' : stackTable(record, paint, options.width),
    ...record.images.map((image) => buildFailure(image, paint)),
    findings(shown, paint),
    options.quiet
      ? ''
      : waivedLines(record)
          .map((line) => paint('dim', `~ ${toLine(line, 1000)}`))
          .join('\n'),
    options.quiet ? '' : onGpu(record, paint),
    options.verbose ? allRules(record, paint) : '',
    options.quiet ? '' : published(record, paint),
    options.quiet ? '' : record.notes.map((note) => paint('dim', `note: ${toLine(note, 1000)}`)).join('\n'),
    ...record.problems.map((problem) => problemLines(problem, paint)),
    options.quiet ? '' : whereToGoOn(shown, paint),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** A long report ends far below its verdict: its last line says where to go on. */
function whereToGoOn(shown: readonly ShownFinding[], paint: Paint): string {
  const first = shown.find(({ outcome }) => isBlocking(outcome))?.outcome.rule;
  if (first === undefined) return '';

  return paint('dim', `slipway explain ${toLine(first)} says why the rule is there and how to meet it`);
}

function headline(record: RunRecord, paint: Paint): string {
  const verdict = verdictOf(record);
  const style = verdict === 'passed' ? 'green' : verdict === 'blocked' ? 'red' : 'yellow';
  const mark = verdict === 'passed' ? '✓' : verdict === 'blocked' ? '✗' : '!';
  const { branch, tag, commit, dirty } = record.source;
  const source = [tag ?? branch, commit?.slice(0, 12), dirty ? 'uncommitted changes' : undefined]
    .filter((part) => part !== undefined)
    .join(' · ');
  return `${paint(['bold', style], `${mark} ${toLine(headlineOf(record))}`)}${source === '' ? '' : paint('dim', `   ${toLine(source)}`)}`;
}

function imageTable(record: RunRecord, paint: Paint, width: number | undefined): string {
  const { columns, rows } = narrowTable(tableOf(record.images), width);
  return plainTable(
    columns,
    rows.map(({ image, cells }) => ({ mark: rowMark(image, paint), cells })),
    paint,
  );
}

/** The services of the stack as they ran. */
function stackTable({ stack }: RunRecord, paint: Paint, width: number | undefined): string {
  const whole = stack === undefined ? undefined : stackTableOf(stack);
  if (stack === undefined || whole === undefined) return '';
  const table = narrowTable(whole, width);
  const rows = table.rows.map(({ ready, cells }) => ({ mark: ready ? paint('green', '✓') : paint('red', '✗'), cells }));
  return `${toLine(stackLineOf(stack) ?? '')}\n${plainTable(table.columns, rows, paint)}`;
}

interface Row {
  readonly mark: string;
  readonly cells: readonly string[];
}

function plainTable(columns: readonly string[], rows: readonly Row[], paint: Paint): string {
  const table = new Table({
    head: columns.map((name) => paint('dim', name)),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: Object.fromEntries(
      [
        'top',
        'top-mid',
        'top-left',
        'top-right',
        'bottom',
        'bottom-mid',
        'bottom-left',
        'bottom-right',
        'left',
        'left-mid',
        'mid',
        'mid-mid',
        'right',
        'right-mid',
        'middle',
      ].map((name) => [name, '']),
    ),
  });
  for (const { mark, cells } of rows) {
    const [name = '', ...rest] = cells.map((cell) => toLine(cell, 60));
    table.push([`${mark} ${name}`, ...rest]);
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function planned(record: RunRecord, paint: Paint): string {
  const images = record.images.map((image) =>
    [
      `${markOf(image, paint)} ${paint('bold', toLine(image.name))}`,
      ...planLinesOf(image).map(([label, text]) => `  ${paint('dim', label.padEnd(8))} ${toLine(text)}`),
    ].join('\n'),
  );
  return [...images, toLine(publishLine(record))].join('\n');
}

/** Nothing is known of the bytes of an image that was never built: a tick would say too much. */
function rowMark(image: ImageRecord, paint: Paint): string {
  return image.status === 'planned' ? paint('dim', '·') : markOf(image, paint);
}

function markOf(image: ImageRecord, paint: Paint): string {
  if (image.blocked.length > 0) return paint('red', '✗');
  return countOutcomes(image).warned > 0 ? paint('yellow', '!') : paint('green', '✓');
}

function problemLines({ message, details = [], where, remedy }: ProblemRecord, paint: Paint): string {
  const place = where === undefined || message.includes(where) ? '' : ` ${paint('cyan', toLine(where))}`;
  const lines = details.map((line) => `    ${toLine(line, 1000)}`);
  const last = remedy === undefined ? [] : [`  → ${toLine(remedy, 1000)}`];
  return [`${paint('red', '✗')} ${toLine(message)}${place}`, ...lines, ...last].join('\n');
}

function buildFailure(image: ImageRecord, paint: Paint): string {
  const failure = image.build?.failure;
  if (failure === undefined) {
    return image.build?.note === undefined
      ? ''
      : `${paint('yellow', '!')} ${paint('bold', toLine(image.name))} was not built: ${toLine(image.build.note)}`;
  }
  const place =
    failure.file === undefined
      ? ''
      : formatPlace({ file: failure.file, ...(failure.line === undefined ? {} : { line: failure.line }) });
  const lines = failure.log.map((line) => paint('dim', `  │ ${toLine(line, 400)}`));
  return [
    `${paint('red', '✗')} ${paint('bold', toLine(image.name))} build failed${place === '' ? '' : ` at ${paint('cyan', toLine(place))}`}`,
    ...(failure.command === undefined ? [] : [`  ${toLine(failure.command)}`]),
    `  ${toLine(failure.message)}`,
    ...lines,
  ].join('\n');
}

function findings(shown: readonly ShownFinding[], paint: Paint): string {
  return shown
    .map((entry) => {
      const { image, outcome, finding } = entry;
      const style = isBlocking(outcome) ? 'red' : 'yellow';
      const mark = paint(style, outcome.status === 'undecided' ? '?' : isBlocking(outcome) ? '✗' : '!');
      const place = finding?.place === undefined ? '' : `\n    ${paint('cyan', toLine(formatPlace(finding.place)))}`;
      const remedy = finding === undefined ? '' : `\n    → ${toLine(finding.remedy)}`;
      return `${mark} ${paint('bold', toLine(image.name))} ${paint('dim', toLine(entry.rules))}  ${toLine(messageOf(entry), 1000)}${place}${remedy}`;
    })
    .join('\n');
}

function onGpu({ images }: RunRecord, paint: Paint): string {
  const lines = images.flatMap((image) =>
    gpuLines(image).flatMap(({ head, phases }) => [
      `${paint('bold', toLine(image.name))} ${toLine(head, 400)}`,
      ...phases.map((line) => paint('dim', `  ${toLine(line, 400)}`)),
    ]),
  );
  return lines.length === 0 ? '' : [paint('bold', 'On a GPU'), ...lines].join('\n');
}

function allRules(record: RunRecord, paint: Paint): string {
  return judgedOf(record)
    .map((image) => {
      const lines = image.outcomes.map((outcome) => {
        const detail = outcome.seen ?? outcome.reason ?? '';
        return `  ${MARKS[outcome.status]} ${toLine(outcome.rule).padEnd(28)} ${outcome.status.padEnd(9)} ${paint('dim', toLine(detail, 160))}`.trimEnd();
      });
      return [paint('bold', toLine(image.name)), ...lines].join('\n');
    })
    .join('\n');
}

function published(record: RunRecord, paint: Paint): string {
  const lines = record.images.flatMap((image) => {
    if (image.published === undefined) return [];
    const tags = image.published.tags.map(
      ({ tag, action, reason }) =>
        `    ${toLine(tag)} ${paint(TAG_STYLES[action], action)} ${paint('dim', toLine(reason, 400))}`,
    );
    const retries = image.published.retries.map((retry) => paint('dim', `    retried: ${toLine(retry)}`));
    const proof = attachmentLines(image.published).map((line) => paint('dim', `    ${toLine(line, 400)}`));
    return [`  ${toLine(image.name)}  ${toLine(image.published.reference)}`, ...tags, ...proof, ...retries];
  });
  const staged = record.images.flatMap(({ name, staged: one }) =>
    one === undefined
      ? []
      : `  ${name}  ${toLine(one.reference)} ${paint('dim', toLine(one.tags.map(({ tag }) => tag).join(', ')))}`,
  );
  if (staged.length > 0 && lines.length === 0) return [paint('bold', 'In staging'), ...staged].join('\n');
  if (lines.length > 0) return [paint('bold', 'Published'), ...lines].join('\n');
  if (isPlan(record)) return '';
  return record.publish.decided ? '' : paint('dim', `publish: skipped (${toLine(record.publish.reason)})`);
}
