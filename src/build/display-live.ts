import { formatDuration } from '../model/duration.ts';
import type { Clock } from '../model/effects.ts';
import { formatOutcome, isBookkeeping, type Display, type Wording } from './wording.ts';
import type { Step } from './progress.ts';
import { cutText } from './text.ts';

/** Milliseconds between two drawings. */
const REFRESH = 120;
/** Steps that took less are not worth a line of their own. */
const WORTH_A_LINE = 1000;
const MOST_ROWS = 8;

interface Row {
  readonly step: Step;
  readonly since: number;
  /** The last line it printed. */
  last: string;
}

/** Running steps redrawn at the bottom of the terminal, each with its time and the last line it printed; longer ones leave a line behind. */
export function makeLiveDisplay(wording: Wording, clock: Clock): Display {
  const { output, mask } = wording;
  const running = new Map<string, Row>();
  const counts = { done: 0, cached: 0 };
  const begun = clock.monotonic();
  const stop = new AbortController();
  const paint = output.color ? PAINTED : PLAIN;
  let drawn = 0;

  const erase = (): string => (drawn === 0 ? '' : `\u001b[${String(drawn)}A\u001b[J`);
  const draw = (above = ''): void => {
    const now = clock.monotonic();
    const rows = [...running.values()].filter(({ step }) => !isBookkeeping(step)).slice(0, MOST_ROWS);
    const head = `Building ${wording.images.join(', ')}  ${String(counts.done)} steps, ${String(counts.cached)} cached  ${formatDuration(now - begun)}`;
    const lines = [
      paint.bold(cutText(head, output.columns - 1)),
      ...rows.map((row) => formatRow(wording, row, now, paint)),
    ];
    output.stderr(`${erase()}${above}${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  const ticking = tick(clock, stop.signal, draw);
  return {
    started(step) {
      running.set(step.id, { step, since: clock.monotonic(), last: '' });
    },
    finished(step) {
      running.delete(step.id);
      if (isBookkeeping(step)) return;
      counts.done += 1;
      if (step.cached) counts.cached += 1;
      const line = formatFinished(wording, step, paint);
      if (line !== undefined) draw(`${line}\n`);
    },
    logged(step, line) {
      const row = running.get(step.id);
      if (row !== undefined && line.trim() !== '') row.last = mask(line);
    },
    async end() {
      stop.abort();
      await ticking;
      output.stderr(erase());
      drawn = 0;
    },
  };
}

function formatRow({ output, label, title }: Wording, { step, since, last }: Row, now: number, paint: Paint): string {
  const time = formatDuration(now - since);
  const text = cutText(`  ${label(step)}  ${title(step)}`, Math.floor(output.columns * 0.6));
  const rest = cutText(last.replaceAll('\t', ' '), Math.max(0, output.columns - text.length - time.length - 5));
  return `${paint.cyan(text)}  ${time}  ${paint.dim(rest)}`;
}

async function tick(clock: Clock, signal: AbortSignal, draw: () => void): Promise<void> {
  while (!signal.aborted) {
    draw();
    // an aborted sleep is how the drawing ends
    await clock.sleep(REFRESH, signal).catch(() => undefined);
  }
}

function formatFinished({ output, label, title }: Wording, step: Step, paint: Paint): string | undefined {
  const outcome = formatOutcome(step);
  const failed = outcome === 'failed';
  const elapsed = (step.completed ?? 0) - (step.started ?? 0);
  if (!failed && (step.cached || elapsed < WORTH_A_LINE)) return undefined;
  const text = cutText(`${label(step)}  ${title(step)}`, Math.max(20, output.columns - outcome.length - 6));
  return `${failed ? paint.red('✗') : paint.green('✓')} ${text}  ${paint.dim(outcome)}`;
}

type Paint = Readonly<Record<'bold' | 'dim' | 'cyan' | 'green' | 'red', (text: string) => string>>;
const wrap =
  (code: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${String(code)}m${text}\u001b[0m`;
const same = (text: string): string => text;
const PAINTED: Paint = { bold: wrap(1), dim: wrap(2), cyan: wrap(36), green: wrap(32), red: wrap(31) };
const PLAIN: Paint = { bold: same, dim: same, cyan: same, green: same, red: same };
