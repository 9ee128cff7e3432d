import { createHash } from 'node:crypto';
import { formatDuration } from '../../model/duration.ts';
import type { RunRecord } from '../../model/record.ts';
import { verdictOf } from '../../model/record-verdict.ts';
import { headlineOf, leadOf } from '../headline.ts';
import { reproduceCommand } from '../reproduce.ts';
import { slugOf } from './anchors.ts';
import { renderFindings } from './findings.ts';
import { renderImage, renderOverview } from './images.ts';
import { prose, safe, type Markup } from './markup.ts';
import { renderStack } from './stack.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { renderTimeline } from './timeline.ts';

/** With more images than this each one is folded behind its name. */
const UNFOLDED = 4;

/** The record as one HTML file that needs nothing else: no network, no other file, and no script to be read. */
export function renderHtml(record: RunRecord): string {
  const titles = new Map(record.rules?.map(({ id, title }) => [id, title]));
  const page = safe`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy()}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${headlineOf(record)} – slipway</title>
        <style>${{ markup: STYLE }}</style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the report</a>
        ${renderVerdict(record)}
        <main id="main">
          ${renderFindings(record)} ${renderOverview(record)}
          ${record.images.map((image) => renderImage(image, titles, record.images.length > UNFOLDED))}
          ${renderStack(record, titles)}
          ${renderTimeline(record)} ${renderRun(record)}
        </main>
        <footer>
          <p>
            Made by slipway ${record.tool.version} from its record <code>${record.run.id}</code>. The record is the
            source of truth; this page only shows it.
          </p>
        </footer>
        <script>${{ markup: SCRIPT }}</script>
      </body>
    </html>
`;
  return page.markup;
}

/** Only this style and this script, by their hashes; nothing is fetched, sent or framed. */
function policy(): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
}

function renderVerdict(record: RunRecord): Markup {
  const verdict = verdictOf(record);
  const kind = verdict === 'passed' ? 'passed' : verdict === 'blocked' ? 'bad' : 'warn';
  const mark =
    verdict === 'passed'
      ? 'M5 12.5l4.5 4.5L19 7.5'
      : verdict === 'blocked'
        ? 'M7 7l10 10M17 7L7 17'
        : 'M12 6v8M12 17.5v.5';
  const lead = leadOf(record);
  const { branch, tag, commit, dirty } = record.source;
  const from = [tag ?? branch, commit?.slice(0, 12), dirty ? 'uncommitted changes' : undefined];
  const took = Date.parse(record.run.finishedAt) - Date.parse(record.run.startedAt);
  const words = [
    ...from,
    record.run.startedAt.slice(0, 16).replace('T', ' '),
    Number.isFinite(took) && took > 0 ? formatDuration(took) : undefined,
  ];
  return safe`<header class="verdict ${kind}">
    <div>
      <p class="product">slipway ${record.run.command}</p>
      <h1>
        <svg width="36" height="36" viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="12" cy="12" r="12" />
          <path d="${mark}" />
        </svg>
        ${headlineOf(record)}
      </h1>
      ${lead && safe`<p class="lead"><strong>${lead.subject}</strong> ${prose(lead.message)}</p>`}
      ${lead?.remedy !== undefined && safe`<p class="lead remedy">${prose(lead.remedy)}</p>`}
      <p class="quiet">${words.filter((word) => word !== undefined).join(' · ')}</p>
      ${
        record.images.length > 1 &&
        safe`<nav aria-label="Images">
          <ul>
            ${record.images.map(({ name }) => safe`<li><a href="#image-${slugOf(name)}">${name}</a></li>`)}
          </ul>
        </nav>`
      }
    </div>
  </header>`;
}

function renderRun(record: RunRecord): Markup {
  const { engine, publish, config, notes } = record;
  const rows: [string, string | undefined][] = [
    [
      'Publish',
      `${publish.decided ? 'yes' : 'skipped'}${publish.target === undefined ? '' : `, ${publish.target}`} (${publish.reason})`,
    ],
    ['Event', record.source.event],
    ['Commit', record.source.commit],
    ['Config', config.file ?? 'none: Dockerfiles were found'],
    [
      'Engine',
      engine && [engine.version, engine.store, engine.platform].filter((word) => word !== undefined).join(', '),
    ],
    ['buildx', engine?.buildx],
    ['Path', engine?.path],
    ['Bytes', engine?.bytes],
  ];
  return safe`<section aria-labelledby="run">
    <h2 id="run">The run</h2>
    <p>The same verdict on a laptop: <code class="command">${reproduceCommand(record)}</code></p>
    ${
      notes.length > 0 &&
      safe`<ul class="plain">
        ${notes.map((note) => safe`<li>${note}</li>`)}
      </ul>`
    }
    <dl class="facts">
      ${rows.flatMap(([label, value]) =>
        value === undefined || value === ''
          ? []
          : [
              safe`<div>
                <dt>${label}</dt>
                <dd>${value}</dd>
              </div>`,
            ],
      )}
    </dl>
  </section>`;
}
