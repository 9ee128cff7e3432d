import type { CudaRequirement } from '../image/cuda-requirement.ts';
import type { Effects } from '../model/effects.ts';
import type { GpuConfig } from '../model/gpu-config.ts';
import type { GpuVerdict } from '../model/gpu-verdict.ts';
import type { ImageDigests } from '../model/image.ts';

/** One image to try, as the pipeline hands it over. */
export interface GpuJob {
  readonly image: string;
  readonly gpu: GpuConfig;
  /** What the image asks of the machine. */
  readonly requirements: readonly CudaRequirement[];
  readonly digests: ImageDigests;
  /** Folder mounts are relative to, absolute. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly redact: (text: string) => string;
  /** What everything of this job carries, and `key=value` that selects it. */
  readonly labels: Readonly<Record<string, string>>;
  readonly label: string;
  /** Bytes of main memory. */
  readonly memory?: number;
  readonly tmpfs?: readonly string[];
  /** Compressed bytes of the image, where they are known. */
  readonly download?: number;
  /** Gives the engine the image by digest and says what to run. */
  pull(): Promise<string>;
}

export type StageEffects = Pick<Effects, 'processes' | 'clock' | 'engine' | 'files' | 'signal'>;

/** What was found out so far: whatever happens, a verdict is written from it. */
export interface Draft {
  host?: GpuVerdict['host'];
  requirements?: GpuVerdict['requirements'];
  injection?: GpuVerdict['injection'];
  pull?: GpuVerdict['pull'];
  readonly canary: GpuVerdict['canary'];
  readonly phases: GpuVerdict['phases'];
  readonly warnings: GpuVerdict['warnings'];
  xid?: GpuVerdict['xid'];
  leftOver?: GpuVerdict['leftOver'];
}
