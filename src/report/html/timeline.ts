import { formatDuration } from '../../model/duration.ts';
import type { RunRecord } from '../../model/record.ts';
import { EMPTY, safe, type Markup } from './markup.ts';

interface Bar {
  readonly label: string;
  readonly detail: string;
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly elapsed: number;
  readonly kind: 'stage' | 'step' | 'cached' | 'failed';
}

/** Build steps shown; the shortest are left out first. */
const STEPS = 40;
/** Steps shorter than this share of the whole run could not be seen. */
const SMALLEST_SHARE = 0.002;

/** When each stage and the slowest build steps ran, as a table whose middle column is drawn. */
export function renderTimeline(record: RunRecord): Markup {
  const stages = stageBars(record);
  const { steps, left } = stepBars(record, SMALLEST_SHARE * spanOf(stages));
  const bars = [...stages, ...steps].toSorted((one, other) => one.start - other.start || other.elapsed - one.elapsed);
  if (bars.length === 0) return EMPTY;
  const from = Math.min(...bars.map(({ start }) => start));
  const to = Math.max(from + 1, ...bars.map(({ start, elapsed }) => start + elapsed));
  const rows = bars.map((bar) => renderBar(bar, from, to - from));
  return safe`<section aria-labelledby="time">
    <h2 id="time">Where the time went <span class="count">${formatDuration(to - from)}</span></h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Timeline">
      <table class="time">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">When, of ${formatDuration(to - from)}</th>
            <th scope="col">Took</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${left > 0 && safe`<p class="quiet">${left} shorter build steps are left out.</p>`}
  </section>`;
}

const WORDS = { plan: 'Plan', build: 'Build', check: 'Check', stack: 'Stack', gpu: 'GPU', publish: 'Publish' } as const;

function stageBars(record: RunRecord): Bar[] {
  return (record.timeline ?? []).map(({ stage, image, startedAt, elapsed }) => ({
    label: WORDS[stage],
    detail: image ?? '',
    start: startedAt,
    elapsed,
    kind: 'stage',
  }));
}

function spanOf(bars: readonly Bar[]): number {
  if (bars.length === 0) return 0;
  return Math.max(...bars.map(({ start, elapsed }) => start + elapsed)) - Math.min(...bars.map(({ start }) => start));
}

/** A step that several images share is one step. */
function stepBars(record: RunRecord, shortest: number): { steps: Bar[]; left: number } {
  const found = new Map<string, Bar & { readonly images: string[] }>();
  for (const image of record.images) {
    for (const { name, startedAt, elapsed, cached, error } of image.build?.timeline ?? []) {
      if (startedAt === undefined || (cached && error === undefined)) continue;
      const key = `${name}\0${String(startedAt)}`;
      const known = found.get(key);
      if (known === undefined) {
        const kind = error === undefined ? 'step' : 'failed';
        found.set(key, {
          label: name,
          detail: '',
          start: startedAt,
          elapsed: elapsed ?? 0,
          kind,
          images: [image.name],
        });
      } else known.images.push(image.name);
    }
  }
  const all = [...found.values()].toSorted((one, other) => other.elapsed - one.elapsed);
  const shown = all.filter(
    ({ elapsed, kind }, index) => index < STEPS && (elapsed >= Math.max(50, shortest) || kind === 'failed'),
  );
  return { steps: shown.map((bar) => ({ ...bar, detail: bar.images.join(', ') })), left: all.length - shown.length };
}

function renderBar({ label, detail, start, elapsed, kind }: Bar, from: number, whole: number): Markup {
  const x = ((100 * (start - from)) / whole).toFixed(2);
  const width = Math.max(0.3, (100 * elapsed) / whole).toFixed(2);
  const name =
    kind === 'stage'
      ? safe`<strong>${label}</strong> ${detail}`
      : safe`<code>${label}</code> <span class="quiet">${detail}</span>`;
  return safe`<tr class="${kind}">
    <th scope="row">${name}</th>
    <td>
      <svg width="100%" height="12" aria-hidden="true">
        <rect x="${x}%" width="${width}%" y="2" height="8" rx="3" />
      </svg>
    </td>
    <td class="number">${formatDuration(elapsed)}</td>
  </tr>`;
}
