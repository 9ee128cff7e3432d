import { formatSize } from '../../model/size.ts';
import { safe, type Markup } from './markup.ts';
import { type Box, squarify } from './squarify.ts';
import type { WeightNode } from './weight-tree.ts';

/** The picture's height in pixels; its width is laid out as if it were this and then stretched with the page. */
const HEIGHT = 420;
const WIDTH = 1080;
const HEADER = 19;
/** Boxes with less than this are shown whole, not by what is in them. */
const SMALLEST_GROUP = { width: 86, height: 52 };
const DEEPEST = 5;
/** Thinner boxes are left out: what holds them shows through. */
const THINNEST = 3;

/** A treemap as SVG that stretches with the page: widths in percent, heights and letters in pixels. `tone` gives the class of a layer. */
export function drawTreemap(nodes: readonly WeightNode[], label: string, tone: (layer: number) => string): Markup {
  const total = nodes.reduce((sum, node) => sum + node.bytes, 0);
  const cells = drawAll(nodes, { x: 0, y: 0, width: WIDTH, height: HEIGHT }, 0, { total, tone });
  return safe`<svg class="map" role="img" aria-label="${label}" width="100%" height="${HEIGHT}">${cells}</svg>`;
}

interface Drawing {
  readonly total: number;
  readonly tone: (layer: number) => string;
}

function drawAll(nodes: readonly WeightNode[], box: Box, depth: number, drawing: Drawing): Markup[] {
  const filled = nodes.filter(({ bytes }) => bytes > 0).toSorted((one, other) => other.bytes - one.bytes);
  const boxes = squarify(
    filled.map(({ bytes }) => bytes),
    box,
  );
  return filled.flatMap((node, index) => {
    const own = boxes[index];
    return own === undefined || Math.min(own.width, own.height) < THINNEST ? [] : drawNode(node, own, depth, drawing);
  });
}

function drawNode(node: WeightNode, box: Box, depth: number, drawing: Drawing): Markup[] {
  const roomy = box.width >= SMALLEST_GROUP.width && box.height >= SMALLEST_GROUP.height;
  if (node.children.length === 0 || !roomy || depth >= DEEPEST) return [drawCell(node, box, depth, drawing)];
  const inner = { x: box.x + 3, y: box.y + HEADER, width: box.width - 6, height: box.height - HEADER - 3 };
  return [drawCell(node, box, depth, drawing, true), ...drawAll(node.children, inner, depth + 1, drawing)];
}

function drawCell(node: WeightNode, box: Box, depth: number, { total, tone }: Drawing, group = false): Markup {
  const share = `${((100 * node.bytes) / total).toFixed(1)} %`;
  const where = node.kind === 'rest' && node.path !== node.label ? `${node.path}: smaller files` : node.path;
  const kind = group ? `group d${String(depth % 2)}` : node.kind;
  const size = formatSize(node.bytes);
  const oneLine = group || box.height < 36;
  return safe`<svg
    class="${kind} ${tone(node.layer)}"
    x="${percent(box.x)}"
    y="${box.y.toFixed(1)}"
    width="${percent(box.width)}"
    height="${box.height.toFixed(1)}"
    ><title>${where}: ${size}, ${share}</title>
    <rect width="100%" height="100%" />${
      box.width < 34 || box.height < 15
        ? undefined
        : safe`<text x="6" y="14"
              >${node.label}${oneLine ? safe`<tspan dx="6" class="size">${size}</tspan>` : undefined}</text
            >${oneLine ? undefined : safe`<text x="6" y="28" class="size">${size}</text>`}`
    }
  </svg>`;
}

function percent(x: number): string {
  return `${((100 * x) / WIDTH).toFixed(2)}%`;
}
