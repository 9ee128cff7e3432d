/** A library of the CUDA runtime. */
export interface CudaLibrary {
  /** Without version and hash: `libcublas`. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** It lies among Python packages; else a toolkit or a system package brought it. */
  readonly wheel: boolean;
}
/** A file with the name of a library that belongs to the driver, and so to the host. */
export interface DriverLibrary {
  readonly path: string;
  readonly size: number;
  /** Where a symlink ends; absent for files. */
  readonly target?: string;
  /** Forward compatibility packages are meant to be in images; stubs are for linkers. */
  readonly kind: 'compat' | 'stub' | 'driver';
  /** Its folder is one the dynamic loader looks into. */
  readonly loaded: boolean;
}
/** A program or library with GPU code of its own (a fat binary). */
export interface GpuCodeFile {
  readonly path: string;
  /** What it was compiled for: `sm_90`, `sm_90a` machine code, `compute_90` PTX. */
  readonly targets: readonly string[];
  /** NVIDIA's libraries, whose versions follow the toolkit's. */
  readonly vendor: boolean;
}
/** A PyTorch in the image, by its own version.py. */
export interface InstalledTorch {
  readonly path: string;
  readonly version: string;
  /** The CUDA it was built for; absent: none. */
  readonly cuda?: string;
  /** What its libraries hold code for; empty: none was found in them. */
  readonly targets: readonly string[];
}
export interface TorchFacts {
  /** At least one. */
  readonly installed: readonly InstalledTorch[];
  readonly forward: boolean;
}
export interface CudaFacts {
  readonly libraries: readonly CudaLibrary[];
  readonly driverLibraries: readonly DriverLibrary[];
  /** Paths of nvcc, those in Python packages left out. */
  readonly compilers: readonly string[];
  /** Headers, static libraries and compilers of the toolkits. */
  readonly developmentBytes: number;
  readonly code: readonly GpuCodeFile[];
  /** It carries the driver libraries of a forward compatibility package. */
  readonly forward: boolean;
}
