import type { CudaFacts, GpuCodeFile, InstalledTorch, TorchFacts } from '../../model/cuda-facts.ts';
import { type Fact, known, skipped } from '../../model/facts.ts';
import type { FileFacts } from '../../model/file-facts.ts';

/** Where NVIDIA's own libraries lie: its wheels, its toolkit, its system packages. */
const VENDOR =
  /\/(?:site|dist)-packages\/nvidia\/|(?:^|\/)cuda(?:-[\d.]+)?\/|(?:^|\/)lib(?:cu(?:blas|dnn|fft|rand|solver|sparse|tensor)\w*|npp\w+|nccl|nvjpeg\w*|nvshmem\w*|nvinfer\w*)(?:[-.][0-9a-f]{6,})?\.so(?:\.|$)/;
const TORCH_VERSION = /^(?<site>.*(?:site|dist)-packages)\/torch\/version\.py$/;
const TORCH_LIBRARY = /(?:^|\/)libtorch_cuda\w*\.so(?:\.|$)/;

/** The files with GPU code of an image, in order of their paths. */
export function describeGpuCode(files: FileFacts): readonly GpuCodeFile[] {
  return [...files.gpuCode].map(([path, targets]) => ({ path, targets, vendor: VENDOR.test(path) }));
}

/** Whether it is one of the libraries that hold PyTorch's own kernels. */
export function isTorchLibrary(path: string): boolean {
  return TORCH_LIBRARY.test(path);
}

/** What PyTorch the image holds; skipped where there is none. */
export function describeTorch(files: FileFacts, cuda: Fact<CudaFacts>): Fact<TorchFacts> {
  const installed = findTorch(files);
  if (installed.length === 0) return skipped('there is no PyTorch in the image');
  return known({ installed, forward: cuda.state === 'known' && cuda.value.forward });
}

/** The PyTorch of each environment; a distribution's own keeps its libraries with the system's. */
function findTorch(files: FileFacts): readonly InstalledTorch[] {
  const libraries = describeGpuCode(files).filter(({ path }) => isTorchLibrary(path));
  return [...files.texts].flatMap(([path, body]) => {
    const site = TORCH_VERSION.exec(path)?.groups?.['site'];
    if (site === undefined) return [];
    const text = body.toString('latin1');
    const cuda = /^cuda\b[^=]*=\s*['"](?<value>\d+\.\d+)/m.exec(text)?.groups?.['value'];
    const inside = libraries.filter((library) => library.path.startsWith(`${site}/torch/`));
    const own = inside.length > 0 ? inside : libraries.filter((library) => !library.path.includes('-packages/'));
    return [
      {
        path,
        version: /^__version__\b[^=]*=\s*['"](?<value>[^'"]+)/m.exec(text)?.groups?.['value'] ?? 'unknown',
        ...(cuda === undefined ? {} : { cuda }),
        targets: [...new Set(own.flatMap(({ targets }) => targets))].sort(),
      },
    ];
  });
}
