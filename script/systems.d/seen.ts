import { formatDuration } from '../../src/model/duration.ts';
import type { ImageRecord, RunRecord } from '../../src/model/record.ts';
import { stackLineOf, stackTableOf } from '../../src/report/stack-cells.ts';
import { hasStandIns } from './row.ts';
import { showBytes } from './show.ts';

const BEGIN = '<!-- Between these marks: written by `node script/systems.ts` from the last run. -->';
const END = '<!-- end -->';

/** The page of a system with what its last run saw; unchanged where it has no marks. */
export function replaceSeen(page: string, record: RunRecord): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  return before === undefined || after === undefined ? page : `${before}${BEGIN}\n${writeSeen(record)}\n${END}${after}`;
}

function writeSeen(record: RunRecord): string {
  const bases = hasStandIns(record) ? 'stand-in bases (`docker/bases`)' : 'the public bases';
  const stack = record.stack === undefined ? undefined : stackTableOf(record.stack);
  const line = record.stack === undefined ? undefined : stackLineOf(record.stack);
  return [
    `Seen on ${record.run.startedAt.slice(0, 10)}, on ${bases} and two cores that others used, too:`,
    '',
    ...table(['image', 'download / unpacked', 'budget', 'ready in', 'stopped in', 'user'], record.images.map(cellsOf)),
    ...(stack === undefined
      ? []
      : [
          '',
          `${line ?? ''}.`,
          '',
          ...table(
            stack.columns,
            stack.rows.map(({ cells }) => cells),
          ),
        ]),
  ].join('\n');
}

function cellsOf({ name, kind, sizes, budget, timings, user }: ImageRecord): string[] {
  const time = (value: number | undefined): string => (value === undefined ? '–' : formatDuration(value));
  return [
    name,
    sizes === undefined ? '–' : `${showBytes(sizes.download)} / ${showBytes(sizes.unpacked)}`,
    budget?.unpacked === undefined ? '–' : showBytes(budget.unpacked),
    kind === 'job' ? 'job' : time(timings?.healthy),
    kind === 'job' ? '–' : time(timings?.stop),
    user ?? '–',
  ];
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)];
}
