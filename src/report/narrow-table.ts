import type { ImageTable } from './cells.ts';

/** Columns that a narrow terminal does without, the least missed first; every other face shows them. */
const LEAST = ['cache hits', 'build', 'digest', 'stop', 'user', 'Δ to base branch', 'GPU', 'ready in'];
/** What stands between two columns, and the mark before the first. */
const APART = 2;

/** The table without as many columns as it takes to fit `width` characters; as it is where nobody said how wide the terminal is. */
export function narrowTable(table: ImageTable, width: number | undefined): ImageTable {
  if (width === undefined || widthOf(table) <= width) return table;
  const least = LEAST.find((name) => table.columns.some((column) => column === name));
  if (least === undefined) return table;
  const at = table.columns.indexOf(least);
  const without = <T>(all: readonly T[]): T[] => all.filter((_, index) => index !== at);
  const rows = table.rows.map(({ image, cells }) => ({ image, cells: without(cells) }));
  return narrowTable({ columns: without(table.columns), rows }, width);
}

function widthOf({ columns, rows }: ImageTable): number {
  const widths = columns.map((name, index) =>
    Math.max(name.length, ...rows.map(({ cells }) => cells[index]?.length ?? 0)),
  );
  return widths.reduce((sum, own) => sum + own + APART, 0);
}
