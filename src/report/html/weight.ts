import type { ImageRecord } from '../../model/record.ts';
import { formatSize } from '../../model/size.ts';
import { heaviestLayers, splitBase } from '../growth.ts';
import { slugOf } from './anchors.ts';
import { safe, type Markup } from './markup.ts';
import { layerLabel, toneOf } from './tones.ts';
import { drawTreemap } from './treemap.ts';
import { weighLayers, weighPaths } from './weight-tree.ts';

/** Where an image's bytes are: two pictures to switch between, the layers to blame, and the same as a table. */
export function renderWeight(image: ImageRecord): Markup {
  if (image.sizes === undefined)
    return safe`<p class="quiet">Its bytes were not read, so there is nothing to draw.</p>`;
  const id = slugOf(image.name);
  const tone = toneOf(image);
  const byLayer = weighLayers(image, (index) => layerLabel(image, index));
  const byPath = weighPaths(image);
  const total = formatSize(image.sizes.unpacked);
  return safe`<div class="maps">
      <input class="visually-hidden" type="radio" name="map-${id}" id="map-layer-${id}" checked /><label
        for="map-layer-${id}"
        >by layer</label
      >
      <input class="visually-hidden" type="radio" name="map-${id}" id="map-path-${id}" /><label for="map-path-${id}"
        >by path</label
      >
      <p class="filter">
        <label for="map-q-${id}">Find a path</label>
        <input id="map-q-${id}" type="search" data-map="${id}" autocomplete="off" />
        <span class="found" role="status"></span>
      </p>
      <div class="by-layer" id="by-layer-${id}">
        ${drawTreemap(byLayer, `${image.name}: ${total} by layer; the table below says the same`, tone)}
      </div>
      <div class="by-path" id="by-path-${id}">
        ${byPath.length === 0 ? safe`<p class="quiet">No paths are recorded.</p>` : drawTreemap(byPath, `${image.name}: the final file system by path; the table below says the same`, tone)}
      </div>
      <p class="legend quiet">
        <span class="key tb"></span> base image <span class="key t0"></span><span class="key t1"></span
        ><span class="key t2"></span> own layers <span class="key gone"></span> replaced or deleted later
        <output class="readout" data-readout="${id}"></output>
      </p>
    </div>
    ${renderBlame(image)} ${renderPaths(image, id)}`;
}

function renderBlame(image: ImageRecord): Markup {
  const heavy = heaviestLayers(image);
  const { base, own } = splitBase(image);
  const items = heavy.map(
    ({ layer, bytes, instruction, place, paths }) =>
      safe`<li>
        <strong>${formatSize(bytes)}</strong> in layer ${layer + 1}
        ${instruction !== '' && safe`<code>${instruction.slice(0, 160)}</code>`}
        ${place !== undefined && safe`<span class="quiet">at <code>${place}</code></span>`}${paths.length > 0 && safe`<br /><span class="quiet">${paths.join(' · ')}</span>`}
      </li>`,
  );
  return safe`<p class="split">${formatSize(base)} came with the base image, ${formatSize(own)} are its own.</p>
    ${
      items.length > 0 &&
      safe`<h4>${image.baseline === undefined ? 'What weighs most' : 'Why bigger'}</h4>
        <ol class="blame">
          ${items}
        </ol>`
    }`;
}

function renderPaths(image: ImageRecord, id: string): Markup {
  const paths = (image.paths ?? []).toSorted((one, other) => other.bytes - one.bytes);
  if (paths.length === 0) return safe``;
  const total = Math.max(1, image.sizes?.unpacked ?? 1);
  const rows = paths.map(
    ({ path, layer, bytes, files }) =>
      safe`<tr>
        <td class="path"><code>${path}</code></td>
        <td class="number">${formatSize(bytes)}</td>
        <td class="number">${((100 * bytes) / total).toFixed(1)} %</td>
        <td class="number">${files}</td>
        <td class="number">${layer + 1}</td>
      </tr>`,
  );
  return safe`<details class="fold">
    <summary>The heaviest paths as a table <span class="count">${paths.length}</span></summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Heaviest paths of ${image.name}">
      <table class="paths" id="paths-${id}">
        <thead>
          <tr>
            <th scope="col">Path</th>
            <th scope="col">Bytes</th>
            <th scope="col">Share</th>
            <th scope="col">Files</th>
            <th scope="col">Layer</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </details>`;
}
