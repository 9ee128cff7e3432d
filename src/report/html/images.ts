import { formatDuration } from '../../model/duration.ts';
import type { ImageRecord, RunRecord } from '../../model/record.ts';
import { formatSize } from '../../model/size.ts';
import { tableOf } from '../cells.ts';
import { deltaOf } from '../growth.ts';
import { slugOf } from './anchors.ts';
import { renderBaseline } from './baseline.ts';
import { renderGpu } from './gpu.ts';
import { renderLayers } from './layers.ts';
import { EMPTY, safe, type Markup } from './markup.ts';
import { renderRules } from './rules.ts';
import { renderWeight } from './weight.ts';

/** One row per image, columns without anything in them left out. */
export function renderOverview({ images }: RunRecord): Markup {
  if (images.length === 0) return safe`<p class="quiet">No image is part of this run.</p>`;
  const { columns, rows } = tableOf(images);
  return safe`<section aria-labelledby="images">
    <h2 id="images">Images</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Table of all images">
      <table class="overview">
        <thead>
          <tr>
            ${columns.map((name) => safe`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(({ image, cells }) => {
            const [, ...rest] = cells;
            return safe`<tr>
              <th scope="row">${pill(image)} <a href="#image-${slugOf(image.name)}">${image.name}</a></th>
              ${rest.map((cell) => safe`<td>${cell}</td>`)}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
  </section>`;
}

function pill(image: ImageRecord): Markup {
  if (image.blocked.length > 0)
    return safe`<span class="pill bad">${image.status === 'not-built' ? 'not built' : 'blocked'}</span>`;
  if (image.status === 'planned') return safe`<span class="pill skipped">planned</span>`;
  if (image.published !== undefined) return safe`<span class="pill passed">published</span>`;
  return image.sizes === undefined
    ? safe`<span class="pill skipped">built</span>`
    : safe`<span class="pill passed">proven</span>`;
}

/** Everything there is to say of one image; `folded` where so many would hide one another. */
export function renderImage(image: ImageRecord, titles: ReadonlyMap<string, string>, folded: boolean): Markup {
  const id = slugOf(image.name);
  const name = safe`${image.name} ${pill(image)}`;
  if (!folded)
    return safe`<section class="image" aria-labelledby="image-${id}">
      <h2 id="image-${id}">${name}</h2>
      ${renderBody(image, titles)}
    </section>`;
  const size = image.sizes && safe`<span class="quiet">${formatSize(image.sizes.unpacked)}</span>`;
  // A link to an id inside what is folded opens it, in every browser of 2025 and without script.
  return safe`<details class="image">
    <summary><h2>${name} ${size}</h2></summary>
    <section id="image-${id}" aria-label="${image.name}">${renderBody(image, titles)}</section>
  </details>`;
}

function renderBody(image: ImageRecord, titles: ReadonlyMap<string, string>): Markup {
  const digest = image.published?.reference ?? image.digests?.index ?? image.digests?.manifest;
  return safe`<p class="quiet">
      ${[image.dockerfile, image.platform, image.kind, image.reason].filter((word) => word !== undefined).join(' · ')}
    </p>
    ${digest !== undefined && safe`<p class="digest"><code>${digest}</code></p>`}
    ${image.blocked.length > 0 && safe`<p class="held">May not be published: ${image.blocked.slice(0, 12).join(', ')}.</p>`}
    ${numbers(image)}
    ${
      image.status === 'built'
        ? safe`<h3>Where the bytes are</h3>
            ${renderWeight(image)} ${renderBaseline(image)}
            <h3>Layers</h3>
            ${renderLayers(image)}`
        : EMPTY
    }
    ${renderGpu(image)}
    <h3>Rules</h3>
    ${renderRules(image, titles)} ${published(image)}`;
}

function numbers(image: ImageRecord): Markup {
  const { sizes, timings, build, budget, user } = image;
  const entries: (readonly [string, string | undefined, (string | undefined)?])[] = [
    [
      'Unpacked',
      sizes && formatSize(sizes.unpacked),
      budget?.unpacked === undefined ? undefined : `of ${formatSize(budget.unpacked)} allowed`,
    ],
    [
      'Download',
      sizes && formatSize(sizes.download),
      budget?.download === undefined ? undefined : `of ${formatSize(budget.download)} allowed`,
    ],
    ['To the base branch', deltaOf(image)],
    ['Wasted', sizes?.wasted === undefined ? undefined : formatSize(sizes.wasted), 'downloaded, never seen'],
    ['First answer', duration(timings?.firstSuccess), 'after the start'],
    ['Healthy', duration(timings?.healthy), 'after the start'],
    ['Stops in', duration(timings?.stop)],
    ['Peak memory', timings?.memoryPeak === undefined ? undefined : formatSize(timings.memoryPeak)],
    ['User', user === undefined ? undefined : user === '' ? 'root' : user],
    [
      'Build',
      image.status === 'built' && build !== undefined ? formatDuration(build.elapsed) : undefined,
      build && build.steps > 0 ? `${String(build.cached)} of ${String(build.steps)} steps cached` : undefined,
    ],
  ];
  const shown = entries.filter(([, value]) => value !== undefined);
  if (shown.length === 0) return EMPTY;
  return safe`<dl class="numbers">
      ${shown.map(
        ([label, value, note]) =>
          safe`<div>
            <dt>${label}</dt>
            <dd>${value}${note !== undefined && safe`<small>${note}</small>`}</dd>
          </div>`,
      )}
    </dl>
    ${meter(image)}`;
}

function duration(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : formatDuration(milliseconds);
}

/** How much of its budget an image uses; words beside it say the same. */
function meter({ sizes, budget }: ImageRecord): Markup {
  const [seen, allowed] =
    budget?.unpacked === undefined ? [sizes?.download, budget?.download] : [sizes?.unpacked, budget.unpacked];
  if (seen === undefined || allowed === undefined || allowed === 0) return EMPTY;
  const share = (100 * seen) / allowed;
  return safe`<p class="meter ${share > 100 ? 'over' : ''}">
    <svg width="100%" height="6" aria-hidden="true">
      <rect class="track" width="100%" height="6" rx="3" />
      <rect class="used" width="${Math.min(100, share).toFixed(1)}%" height="6" rx="3" />
    </svg>
    <span class="quiet">${share.toFixed(0)} % of the budget</span>
  </p>`;
}

function published({ published: done }: ImageRecord): Markup {
  if (done === undefined) return EMPTY;
  const retries = done.retries.map((retry) => safe`<li class="quiet">retried: ${retry}</li>`);
  return safe`<h3>Published</h3>
    <ul class="plain">
      ${done.tags.map(({ tag, action, reason }) => safe`<li><code>${tag}</code> ${action} <span class="quiet">${reason}</span></li>`)}${retries}
    </ul>
    <p class="quiet">
      ${formatSize(done.uploadedBytes)} uploaded in ${formatDuration(done.elapsed)}; ${done.presentBlobs} of
      ${done.presentBlobs + done.uploadedBlobs} blobs were there already.
    </p>`;
}
