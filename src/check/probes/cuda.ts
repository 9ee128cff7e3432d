import type { CudaFacts, CudaLibrary, DriverLibrary } from '../../model/cuda-facts.ts';
import { known, skipped, type Fact, type FileFacts } from '../../model/facts.ts';
import type { FileEntry } from '../../model/file-facts.ts';
import type { ImageDescription } from '../../model/image.ts';
import { loaderFolders } from '../loader-path.ts';
import { describeGpuCode } from './gpu-code.ts';

const LIBRARY =
  /(?:^|\/)(?<name>lib(?:cudart|cublas|cublasLt|cudnn\w*|cufft|curand|cusolver|cusolverMg|cusparse|cusparseLt|nccl|nvrtc|nvJitLink|cupti|npp\w+|nvjpeg|cufile))(?:[-.][0-9a-f]{6,})?\.so(?:\.[\w.]+)?$/;
const DRIVER = /(?:^|\/)lib(?:cuda|nvidia-ml|nvidia-ptxjitcompiler)\.so(?:\.[\d.]+)?$/;
const PYTHON = /\/(?:site|dist)-packages\//;
const TOOLKIT = /(?:^|\/)cuda(?:-[\d.]+)?\//;

/** What an image's files say about CUDA; skipped when there is none in it. */
export function describeCuda(files: FileFacts, image: ImageDescription): Fact<CudaFacts> {
  const folders = loaderFolders(files, image);
  const libraries: CudaLibrary[] = [];
  const driverLibraries: DriverLibrary[] = [];
  const compilers: string[] = [];
  let developmentBytes = 0;
  for (const entry of files.entries()) {
    if (entry.kind !== 'file' && entry.kind !== 'symlink') continue;
    const { path, size } = entry;
    if (!path.includes('.so') && !path.includes('cuda') && !path.endsWith('nvcc')) continue;
    if (DRIVER.test(path)) driverLibraries.push(describeDriver(files, entry, folders));
    const name = LIBRARY.exec(path)?.groups?.['name'];
    if (name !== undefined && entry.kind === 'file' && !isStub(path)) {
      libraries.push({ name, path, size, wheel: PYTHON.test(path) });
    }
    if (PYTHON.test(path)) continue;
    if (/(?:^|\/)bin\/nvcc$/.test(path) && entry.kind === 'file') compilers.push(path);
    if (TOOLKIT.test(path) && isForDevelopment(path)) developmentBytes += size;
  }
  const code = describeGpuCode(files);
  if (libraries.length + driverLibraries.length + compilers.length + code.length === 0) {
    return skipped('there is no CUDA in the image');
  }
  const forward = driverLibraries.some(
    ({ kind, path, size }) => kind === 'compat' && path.includes('/libcuda.so') && size > 0,
  );
  return known({ libraries, driverLibraries, compilers, developmentBytes, code, forward });
}

function isStub(path: string): boolean {
  return path.includes('/stubs/');
}

function isForDevelopment(path: string): boolean {
  return /\.a$|\/(?:include|nvvm|bin|stubs)\//.test(path);
}

function describeDriver(files: FileFacts, entry: FileEntry, folders: ReadonlySet<string>): DriverLibrary {
  const { path, kind, size } = entry;
  const end = kind === 'symlink' ? files.resolve(path) : undefined;
  const real = end?.path ?? path;
  return {
    path,
    size: end?.size ?? size,
    ...(kind === 'symlink' ? { target: end?.path ?? entry.link } : {}),
    kind: /(?:^|\/)compat\//.test(real) ? 'compat' : isStub(real) ? 'stub' : 'driver',
    loaded: folders.has(path.slice(0, path.lastIndexOf('/'))),
  };
}
