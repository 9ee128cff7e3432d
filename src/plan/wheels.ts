import type { FeasibilityFacts } from '../model/facts.ts';
import type { Dockerfile } from './dockerfile.ts';

/**
 * The least that torch for CUDA 11.7 and later brings: the wheel of cu117 and cu118 holds its libraries (above 1.8 GB), the
 * later ones depend on them (torch 2.4.1 797 MB, cudnn 665 MB, cublas 411 MB, and eight more).
 */
const TORCH_FOR_CUDA = 1_800_000_000;
const CUDA_INDEX = /\/whl\/(cu(?:11[78]|12\d))\b/;

/** The wheels that the built stages install from an index that has only large ones: torch for CUDA. */
export function findWheels({ instructions, stages }: Dockerfile): FeasibilityFacts['wheels'] {
  const found = instructions.flatMap((instruction) => {
    const { keyword, text, lines, stage } = instruction;
    if (keyword !== 'RUN' || stages[stage]?.reachable !== true) return [];
    const command = text
      .split(/&&|;|\|\|/)
      .find((each) => /\b(?:pip[\d.]*|uv)\b.*\binstall\b/s.test(each) && CUDA_INDEX.test(each));
    if (command === undefined || !/(?:^|\s)["']?torch(?![\w-])(?!\S*\+cpu)/.test(command)) return [];
    const line = lines.find((piece) => /(?:^|\s)["']?torch(?![\w-])/.test(piece.text))?.line ?? instruction.line;
    return [{ what: `torch for ${CUDA_INDEX.exec(command)?.[1] ?? 'CUDA'}`, bytes: TORCH_FOR_CUDA, line }];
  });
  return found.slice(0, 1);
}
