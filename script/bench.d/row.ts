/** One line of the result. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly reference: string;
  readonly ratio: string;
  readonly goal: string;
  /** Absent: no goal. */
  readonly met?: boolean;
}

export interface Goal {
  /** Ours over the reference. */
  readonly ratio: number;
  /** Seconds more than the reference that are as good. */
  readonly seconds?: number;
}

/** A comparison of seconds, each the median of its runs. */
export function compareSeconds(what: string, ours: number, reference: number, goal?: Goal): Row {
  const row = { what, ours: seconds(ours), reference: seconds(reference), ratio: ratio(ours, reference) };
  if (goal === undefined) return { ...row, goal: '' };
  const extra = goal.seconds === undefined ? '' : ` or +${goal.seconds.toFixed(1)} s`;
  const met = ours <= goal.ratio * reference || (goal.seconds !== undefined && ours <= reference + goal.seconds);
  return { ...row, goal: `≤ ${goal.ratio.toFixed(2)}${extra}`, met };
}

export function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

export function ratio(ours: number, reference: number): string {
  return `${(ours / reference).toFixed(2)} ×`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error('nothing was measured');
  return (low + high) / 2;
}

const HEAD = ['what', 'ours', 'reference', 'ratio', 'goal', 'met'] as const;

function cells({ what, ours, reference, ratio: times, goal, met }: Row): string[] {
  return [what, ours, reference, times, goal, met === undefined ? '' : met ? 'yes' : 'no'];
}

/** The rows under each other, columns aligned. */
export function renderTable(rows: readonly Row[]): string {
  const lines = [[...HEAD], ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function renderMarkdown(rows: readonly Row[]): string {
  const line = (words: readonly string[]): string => `| ${words.join(' | ')} |`;
  return [line(HEAD), line(HEAD.map(() => '---')), ...rows.map((row) => line(cells(row)))].join('\n');
}
