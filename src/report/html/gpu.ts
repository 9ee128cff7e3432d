import { formatDuration } from '../../model/duration.ts';
import type { GpuPhaseResult, GpuSamples, GpuVerdict } from '../../model/gpu-verdict.ts';
import type { ImageRecord } from '../../model/record.ts';
import { formatSize } from '../../model/size.ts';
import { describeAttempt, describeRuns, describeUse } from '../gpu-lines.ts';
import { EMPTY, safe, type Markup } from './markup.ts';

/** What every attempt on a GPU found out, with utilisation and memory over time. */
export function renderGpu({ gpu }: ImageRecord): Markup {
  if (gpu === undefined || gpu.attempts.length === 0) return EMPTY;
  return safe`<h3>On a GPU</h3>
    ${gpu.attempts.map(renderAttempt)}`;
}

function renderAttempt(attempt: GpuVerdict): Markup {
  const { diagnosis, phases, warnings, lost, standIn } = attempt;
  const seen = diagnosis?.seen !== undefined && safe` <span class="quiet">${diagnosis.seen}</span>`;
  return safe`<p>${pill(attempt)} ${describeAttempt(attempt)}${seen}</p>
    ${diagnosis && safe`<p class="remedy">${diagnosis.remedy}</p>`}
    ${standIn && safe`<p class="held">No real GPU was there: this clears only loopback registries and OCI layouts.</p>`}
    ${phases.length > 0 && renderPhases(phases)} ${phases.map(renderChart)} ${renderFacts(attempt)}
    ${warnings.map(({ message, remedy }) => safe`<p class="quiet">Warning: ${message}. ${remedy}</p>`)}
    ${
      lost.length > 0 &&
      safe`<p class="quiet">What this way of running does not prove:</p>
        <ul class="quiet">
          ${lost.map((line) => safe`<li>${line}</li>`)}
        </ul>`
    }
    ${phases.map(renderLog)}`;
}

const TONES = {
  passed: 'passed',
  failed: 'bad',
  infra: 'undecided',
  skipped: 'skipped',
  'not-run': 'skipped',
} as const;

const NAMES = {
  passed: 'passed',
  failed: 'failed',
  infra: 'machine',
  skipped: 'skipped',
  'not-run': 'not run',
} as const;

function pill({ verdict }: GpuVerdict): Markup {
  return safe`<span class="pill ${TONES[verdict]}">${NAMES[verdict]}</span>`;
}

function renderPhases(phases: readonly GpuPhaseResult[]): Markup {
  const rows = phases.map((phase) => {
    const missed = phase.expectations.filter(({ passed }) => !passed);
    const notes = [
      ...(phase.error === undefined ? [] : [phase.error]),
      ...missed.map(({ what, seen }) => `${what} expected, seen ${seen}`),
      ...(phase.timedOut ? ['its time was over'] : []),
      ...(phase.withoutGpu === undefined ? [] : [`without a GPU: ${phase.withoutGpu.seen}`]),
    ];
    const use = phase.samples === undefined ? undefined : describeUse(phase.samples);
    return safe`<tr>
      <th scope="row"><span class="pill ${TONES[phase.status]}">${NAMES[phase.status]}</span> ${phase.name}</th>
      <td>${phase.runs.length === 0 ? '–' : describeRuns(phase)}</td>
      <td>${use ?? '–'}</td>
      <td>${notes.join('; ')}</td>
    </tr>`;
  });
  return safe`<div class="scroll" tabindex="0" role="region" aria-label="Phases on the GPU">
    <table class="paths">
      <thead>
        <tr>
          <th scope="col">Phase</th>
          <th scope="col">Runs</th>
          <th scope="col">Use</th>
          <th scope="col">What was seen</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** Height of the drawing; its width is the page's. */
const HEIGHT = 80;

/** Utilisation and memory of one phase over time; the table beside it says the same in words. */
function renderChart({ name, samples }: GpuPhaseResult): Markup {
  if (samples === undefined || samples.series.length < 2) return EMPTY;
  const until = Math.max(1, ...samples.series.map(({ at }) => at));
  const most = Math.max(1, ...samples.series.map(({ memory }) => memory ?? 0));
  const utilization = lineOf(samples, until, ({ utilization: share }) => share && share / 100);
  const memory = lineOf(samples, until, ({ memory: bytes }) => bytes && bytes / most);
  return safe`<figure class="gpu-use">
    <figcaption class="quiet">
      ${name}: <span class="key t0"></span> utilisation, 100 % at the top
      <span class="key t3"></span> memory in use, ${formatSize(most)} at the top; ${formatDuration(until)} across
    </figcaption>
    <svg width="100%" height="${HEIGHT}" viewBox="0 0 1000 ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      <polyline class="t3" points="${memory}" />
      <polyline class="t0" points="${utilization}" />
    </svg>
  </figure>`;
}

type Point = GpuSamples['series'][number];

function lineOf({ series }: GpuSamples, until: number, share: (point: Point) => number | null): string {
  return series
    .flatMap((point) => {
      const value = share(point);
      if (value === null) return [];
      const y = HEIGHT - 2 - Math.min(1, Math.max(0, value)) * (HEIGHT - 4);
      return `${((1000 * point.at) / until).toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}

function renderFacts({ canary, injection, pull, xid, leftOver, host }: GpuVerdict): Markup {
  const canaryWords = (['before', 'after'] as const).flatMap((when) => {
    const one = canary[when];
    return one === undefined ? [] : `${when}: ${one.passed ? 'well' : (one.detail ?? 'failed')}`;
  });
  const entries: (readonly [string, string | undefined])[] = [
    ['Canary', canaryWords.length === 0 ? undefined : canaryWords.join('; ')],
    ['Devices', injection && `${injection.device} through ${injection.happened}: ${injection.why}`],
    ['Pull', pull && formatDuration(pull.elapsed)],
    [
      'Xid errors',
      xid && (xid.observed ? (xid.lines.length === 0 ? `none in ${xid.how}` : xid.lines.join('; ')) : xid.how),
    ],
    ['Memory after', leftOver && (leftOver.released ? 'free again' : 'not free after 15 s')],
    ['Notes', host === undefined || host.notes.length === 0 ? undefined : host.notes.join('; ')],
  ];
  const shown = entries.filter(([, value]) => value !== undefined);
  return shown.length === 0
    ? EMPTY
    : safe`<dl class="facts">
        ${shown.map(
          ([label, value]) =>
            safe`<div>
              <dt>${label}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>`;
}

function renderLog({ name, log, status }: GpuPhaseResult): Markup {
  if (log.length === 0 || status === 'passed') return EMPTY;
  return safe`<details class="fold">
    <summary>Last lines of ${name}</summary>
    <pre>${log.join('\n')}</pre>
  </details>`;
}
