import type { DockerfileFacts, DockerfileInstruction } from '../model/facts.ts';
import type { LayerDescriptor } from '../model/image.ts';
import type { Place } from '../model/place.ts';
import { builtInstructions } from './dockerfile-place.ts';

/** Instructions that may leave a layer. */
const LAYERED = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

/**
 * The Dockerfile line of each layer, undefined where none is known: base layers, images built by something else.
 * History and Dockerfile tell the same story in the same order, so both are walked from their ends.
 */
export function placeLayers(
  layers: readonly LayerDescriptor[],
  facts: DockerfileFacts,
  target?: string,
): (Place | undefined)[] {
  const left = builtInstructions(facts, target).filter(({ keyword }) => LAYERED.has(keyword));
  const places = layers.toReversed().map((layer): Place | undefined => {
    if (layer.base || layer.instruction === undefined) return undefined;
    const history = normalise(layer.instruction.replace(/\s+# buildkit$/, ''));
    const at = left.findLastIndex((instruction) => isTold(history, instruction));
    const found = left[at];
    if (found === undefined) return undefined;
    left.length = at;
    return { file: facts.file, line: found.line };
  });
  return places.reverse();
}

function isTold(history: string, { keyword, text, heredocs }: DockerfileInstruction): boolean {
  if (!history.startsWith(`${keyword} `)) return false;
  if (heredocs.length > 0) return history.includes('<<');
  const words = normalise(text.replace(/^(?:\s*--\S+)+/, ''));
  if (keyword !== 'RUN' && words.includes('$')) return true;
  if (keyword !== 'RUN' || !words.startsWith('['))
    return history.endsWith(words.replaceAll('"', '')) || history.endsWith(words);
  return history.endsWith(words.replace(/^\[\s*"|"\s*\]$/g, '').replace(/"\s*,\s*"/g, ' '));
}

function normalise(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
