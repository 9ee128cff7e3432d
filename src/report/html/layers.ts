import { formatPlace } from '../../model/place.ts';
import type { ImageRecord } from '../../model/record.ts';
import { formatSize } from '../../model/size.ts';
import { knownLayers } from '../growth.ts';
import { shownInstruction } from '../instruction.ts';
import { safe, type Markup } from './markup.ts';
import { toneOf } from './tones.ts';

type Layer = NonNullable<ImageRecord['sizes']>['layers'][number];
const LONG = 110;

/** Every layer with its weight, the instruction that made it, its line in the Dockerfile and what later layers hide of it. */
export function renderLayers(image: ImageRecord): Markup {
  const layers = image.sizes?.layers ?? [];
  if (layers.length === 0) return safe`<p class="quiet">Its layers were not read.</p>`;
  const known = knownLayers(image);
  const tone = toneOf(image);
  const largest = Math.max(1, ...layers.map(({ unpacked }) => unpacked));
  const hiding = layers.some(({ hidden }) => (hidden ?? 0) > 0);
  const rows = layers.map((layer, index) => {
    const isNew = known.size > 0 && !known.has(layer.diffId) && !known.has(layer.digest);
    return safe`<tr class="${layer.base ? 'base' : 'own'}">
      <td class="number">${index + 1}</td>
      <td class="number">
        ${formatSize(layer.unpacked)}<svg class="bar ${tone(index)}" width="100%" height="4" aria-hidden="true">
          <rect width="${((100 * layer.unpacked) / largest).toFixed(2)}%" height="4" rx="2" />
        </svg>
      </td>
      <td class="number">${formatSize(layer.compressed)}</td>
      ${hiding && safe`<td class="number">${(layer.hidden ?? 0) > 0 ? formatSize(layer.hidden ?? 0) : '–'}</td>`}
      <td>${renderInstruction(layer)}${isNew && safe` <span class="pill new">new</span>`}</td>
      <td class="where">
        ${layer.place ? safe`<code>${formatPlace(layer.place)}</code>` : layer.base ? 'base image' : '–'}
      </td>
    </tr>`;
  });
  return safe`<div class="scroll" tabindex="0" role="region" aria-label="Layers of ${image.name}">
    <table class="layers">
      <thead>
        <tr>
          <th scope="col">#</th>
          <th scope="col">Unpacked</th>
          <th scope="col">Download</th>
          ${hiding && safe`<th scope="col" title="bytes that later layers replace or delete">Hidden</th>`}
          <th scope="col">Instruction</th>
          <th scope="col">Where</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function renderInstruction({ instruction }: Layer): Markup {
  const text = shownInstruction(instruction);
  if (text === '') return safe`<span class="quiet">no history</span>`;
  if (text.length <= LONG) return safe`<code>${text}</code>`;
  return safe`<details class="long">
    <summary><code>${text.slice(0, LONG)}…</code></summary>
    <code>${text.slice(0, 4000)}</code>
  </details>`;
}
