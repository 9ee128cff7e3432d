import type { LayerSize } from '../model/facts.ts';
import { readableInstruction } from './budget.ts';
import type { PathWeight } from './heavy-paths.ts';

interface BlamedLayer {
  readonly layer: LayerSize;
  /** Heaviest first. */
  readonly paths: readonly PathWeight[];
  /** Bytes that only change owner, mode or time of earlier files. */
  readonly copied: number;
  /** Bytes that later layers delete or replace. */
  readonly hidden: number;
  readonly bytes: number;
}

/** What a path says about how its bytes came here, first match wins. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/^var\/lib\/apt\/lists/, 'End the RUN with `rm -rf /var/lib/apt/lists/*`, or mount a cache there.'],
  [/^var\/cache\/(?:apt|apk|dnf|yum)/, 'Empty the package manager’s cache in the same RUN, or mount a cache there.'],
  [
    /(?:^|\/)\.cache(?:\/|$)|\/_cacache/,
    'Mount the installer’s cache (RUN --mount=type=cache,target=…) instead of shipping it.',
  ],
  [/(?:^|\/)\.git(?:\/|$)/, 'Put .git into .dockerignore.'],
  [
    /(?:site|dist)-packages\/(?:nvidia|triton)(?:\/|$)|libtorch_cuda/,
    'Where no GPU is used, install the CPU wheels (pip install torch --index-url https://download.pytorch.org/whl/cpu): the default ones bring gigabytes of CUDA.',
  ],
  [
    /^usr\/local\/cuda/,
    'Start from the `runtime` or `base` variant of the CUDA image; `devel` holds the compiler and static libraries.',
  ],
  [
    /^usr\/(?:lib\/gcc|include|lib\/llvm)|(?:^|\/)\.?cargo|rustlib/,
    'Compile in a stage of its own and copy only the result (COPY --from=…).',
  ],
  [
    /node_modules/,
    'Install without development packages (npm ci --omit=dev), or build in another stage and copy only its output.',
  ],
  [
    /^usr\/share\/(?:doc|man|locale|info)/,
    'Install with --no-install-recommends; the base’s slim variant leaves documentation out.',
  ],
  [
    /\.(?:safetensors|gguf|bin|pt|pth|onnx|h5|h5ad|parquet)$|huggingface/,
    'Keep large data out of the image (a volume, a bucket), or in a layer of its own below the code, so that a change of code does not ship it again.',
  ],
];

const SMALLER_BASE = 'It comes with the base image: choose a smaller one (slim, runtime, distroless).';

/** One sentence on how to make a layer smaller. */
export function adviseOnLayer({ layer, paths, copied, hidden, bytes }: BlamedLayer): string {
  const instruction = readableInstruction(layer.instruction);
  if (layer.base) return SMALLER_BASE;
  if (copied * 2 >= bytes && copied > 0) {
    if (/\bchmod\b/.test(instruction) && !/\bchown\b/.test(instruction))
      return 'Use COPY --chmod instead of RUN chmod.';
    return 'Use COPY --chown instead of RUN chown: a changed owner copies the whole file.';
  }
  if (hidden * 2 >= bytes && hidden > 0) {
    return 'Delete in the RUN that creates, or do not copy what is removed later: a layer never gets smaller afterwards.';
  }
  for (const { path } of paths) {
    const advice = ADVICE.find(([pattern]) => pattern.test(path))?.[1];
    if (advice !== undefined) return advice;
  }
  return adviseOnInstruction(instruction, paths[0]);
}

function adviseOnInstruction(instruction: string, heaviest: PathWeight | undefined): string {
  const [, name] = /(?:site-packages|dist-packages)\/([^/]+)$/.exec(heaviest?.path ?? '') ?? [];
  if (name !== undefined)
    return `Leave ${name} out where nothing needs it (pip show ${name} says what does), or install a smaller build of it.`;
  if (/^(?:COPY|ADD) \S+ \/$/.test(instruction)) return SMALLER_BASE;
  if (/^(?:COPY|ADD)\b/.test(instruction))
    return 'Copy only what the program needs at run time, by folder, and keep the rest out with .dockerignore.';
  if (/\bapt(?:-get)?\b/.test(instruction))
    return 'Install with --no-install-recommends, and only what is needed at run time.';
  return 'Make in another stage what is not needed at run time, and copy only the result (COPY --from=…).';
}
