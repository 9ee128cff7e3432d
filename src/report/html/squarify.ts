export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Cuts a box into one box per weight, as square as they get (Bruls, Huizing and van Wijk, "Squarified Treemaps").
 * Weights are positive and sorted, heaviest first; the boxes come in their order and fill the whole.
 */
export function squarify(weights: readonly number[], box: Box): Box[] {
  const boxes: Box[] = [];
  let left = box;
  let sum = weights.reduce((total, weight) => total + weight, 0);
  let start = 0;
  while (start < weights.length && sum > 0) {
    const scale = (left.width * left.height) / sum;
    const side = Math.min(left.width, left.height);
    const row = chooseRow(weights.slice(start), scale, side);
    const weight = row.reduce((total, one) => total + one, 0);
    const placed = layRow(row, weight, weight / sum, left);
    boxes.push(...placed.boxes);
    left = placed.left;
    sum -= weight;
    start += row.length;
  }
  return boxes;
}

/** The longest row along a side whose worst box does not get worse. */
function chooseRow(weights: readonly number[], scale: number, side: number): readonly number[] {
  let length = 1;
  let worst = worstRatio(weights.slice(0, 1), scale, side);
  while (length < weights.length) {
    const next = worstRatio(weights.slice(0, length + 1), scale, side);
    if (next > worst) break;
    worst = next;
    length += 1;
  }
  return weights.slice(0, length);
}

function worstRatio(row: readonly number[], scale: number, side: number): number {
  const sum = row.reduce((total, weight) => total + weight, 0) * scale;
  const largest = (row[0] ?? 0) * scale;
  const smallest = (row.at(-1) ?? 0) * scale;
  return Math.max((side * side * largest) / (sum * sum), (sum * sum) / (side * side * smallest));
}

function layRow(row: readonly number[], weight: number, share: number, box: Box): { boxes: Box[]; left: Box } {
  const { x, y, width, height } = box;
  let at = 0;
  if (width >= height) {
    const boxes = row.map((one) => {
      const part = { x, y: y + at, width: width * share, height: (height * one) / weight };
      at += part.height;
      return part;
    });
    return { boxes, left: { x: x + width * share, y, width: width * (1 - share), height } };
  }
  const boxes = row.map((one) => {
    const part = { x: x + at, y, width: (width * one) / weight, height: height * share };
    at += part.width;
    return part;
  });
  return { boxes, left: { x, y: y + height * share, width, height: height * (1 - share) } };
}
