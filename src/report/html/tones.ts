import type { ImageRecord } from '../../model/record.ts';
import { shownInstruction } from '../instruction.ts';

const TONES = 6;

/** The class that colours a layer: base layers are grey, the image's own ones take turns. */
export function toneOf(image: ImageRecord): (layer: number) => string {
  const layers = image.sizes?.layers ?? [];
  return (index) => {
    if (layers[index]?.base === true) return 'tb';
    const own = layers.slice(0, index).filter((layer) => !layer.base).length;
    return `t${String(own % TONES)}`;
  };
}

/** `3 RUN pip install …` for a picture's label. */
export function layerLabel(image: ImageRecord, index: number): string {
  const layer = image.sizes?.layers[index];
  const instruction = shownInstruction(layer?.instruction).slice(0, 120);
  return `${String(index + 1)} ${instruction === '' ? (layer?.base === true ? 'base image' : 'no history') : instruction}`;
}
