import type { ImageRecord } from '../../model/record.ts';
import { formatSize } from '../../model/size.ts';
import { changeOf, knownLayers } from '../growth.ts';
import { EMPTY, safe, type Markup } from './markup.ts';

/** What changed against the image that the base branch published; nothing where there is none. */
export function renderBaseline(image: ImageRecord): Markup {
  const { baseline, sizes } = image;
  if (baseline === undefined || sizes === undefined) return EMPTY;
  const rows = [
    ['Unpacked', baseline.unpacked, sizes.unpacked],
    ['Download', baseline.download, sizes.download],
    ['Layers', baseline.layers.length, sizes.layers.length],
  ] as const;
  return safe`<h3>Compared with the base branch</h3>
    ${baseline.reference !== undefined && safe`<p class="digest"><code>${baseline.reference}</code></p>`}
    <div class="scroll" tabindex="0" role="region" aria-label="${image.name} compared with the base branch">
      <table class="baseline">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col" class="number">Base branch</th>
            <th scope="col" class="number">Now</th>
            <th scope="col" class="number">Difference</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(([label, before, now]) => renderRow(label, before, now))}
        </tbody>
      </table>
    </div>
    <p>${layerSentence(image)}</p>`;
}

function renderRow(label: string, before: number | undefined, now: number): Markup {
  const isCount = label === 'Layers';
  const show = (value: number): string => (isCount ? String(value) : formatSize(value));
  const count = before === undefined ? 0 : now - before;
  const change = isCount ? `${count > 0 ? '+' : ''}${String(count)}` : changeOf(before, now);
  return safe`<tr>
    <th scope="row">${label}</th>
    <td class="number">${before === undefined ? 'not known' : show(before)}</td>
    <td class="number">${show(now)}</td>
    <td class="number">${before === undefined ? '–' : change}</td>
  </tr>`;
}

/** `1 of 3 layers is the same; 2 are new, 342 MB together; 1 is gone, 330 MB.` */
function layerSentence(image: ImageRecord): string {
  const layers = image.sizes?.layers ?? [];
  const known = knownLayers(image);
  const fresh = layers.filter(({ diffId, digest }) => !known.has(diffId) && !known.has(digest));
  const present = new Set(layers.flatMap(({ diffId, digest }) => [diffId, digest]));
  const gone = (image.baseline?.layers ?? []).filter(
    ({ diffId, digest }) => !present.has(diffId ?? '') && !present.has(digest ?? ''),
  );
  const same = layers.length - fresh.length;
  const bytes = fresh.reduce((sum, { unpacked }) => sum + unpacked, 0);
  const parts = [
    `${String(same)} of ${String(layers.length)} layers ${same === 1 ? 'is' : 'are'} the same`,
    ...(fresh.length === 0
      ? []
      : [`${String(fresh.length)} ${fresh.length === 1 ? 'is' : 'are'} new, ${formatSize(bytes)} unpacked`]),
    ...(gone.length === 0 ? [] : [`${String(gone.length)} ${gone.length === 1 ? 'is' : 'are'} gone${goneBytes(gone)}`]),
  ];
  return `${parts.join('; ')}.`;
}

function goneBytes(gone: readonly { readonly unpacked?: number | undefined }[]): string {
  if (gone.some(({ unpacked }) => unpacked === undefined)) return '';
  return `, ${formatSize(gone.reduce((sum, { unpacked }) => sum + (unpacked ?? 0), 0))} unpacked`;
}
