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
export interface CudaFacts {
  readonly libraries: readonly CudaLibrary[];
  readonly driverLibraries: readonly DriverLibrary[];
  /** Paths of nvcc, those in Python packages left out. */
  readonly compilers: readonly string[];
  /** Headers, static libraries and compilers of the toolkits. */
  readonly developmentBytes: number;
}
