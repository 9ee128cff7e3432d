interface Table<Row extends { readonly cells: readonly string[] }> {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** Columns that a narrow terminal does without, the least missed first; every other face shows them. */
const LEAST = ['cache hits', 'build', 'digest', 'restarts', 'limits', 'stop', 'user', 'Δ to base branch', 'GPU'];
/** What stands between two columns, and the mark before the first. */
const APART = 2;

/** The table without as many columns as it takes to fit `width` characters; as it is where nobody said how wide the terminal is. */
export function narrowTable<Row extends { readonly cells: readonly string[] }>(
  table: Table<Row>,
  width: number | undefined,
): Table<Row> {
  if (width === undefined || widthOf(table) <= width) return table;
  const least = LEAST.find((name) => table.columns.includes(name));
  if (least === undefined) return table;
  const at = table.columns.indexOf(least);
  const without = <T>(all: readonly T[]): T[] => all.filter((_, index) => index !== at);
  const rows = table.rows.map((row) => ({ ...row, cells: without(row.cells) }));
  return narrowTable({ columns: without(table.columns), rows }, width);
}

function widthOf({ columns, rows }: Table<{ readonly cells: readonly string[] }>): number {
  const widths = columns.map((name, index) =>
    Math.max(name.length, ...rows.map(({ cells }) => cells[index]?.length ?? 0)),
  );
  return widths.reduce((sum, own) => sum + own + APART, 0);
}
