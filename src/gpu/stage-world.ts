import type { Effects } from '../model/effects.ts';
import type { GpuPlace } from './place.ts';

/** What every phase of one stage shares. */
export interface StageWorld {
  readonly effects: Pick<Effects, 'processes' | 'clock'>;
  readonly place: GpuPlace;
  /** Fields this driver can be asked for. */
  readonly fields: readonly string[];
  /** Indexes or UUIDs; empty: all GPUs. */
  readonly devices: readonly string[];
  readonly mig: boolean;
  /** Aborted when the stage's time is over or the run is stopped. */
  readonly signal: AbortSignal;
  readonly redact: (text: string) => string;
}
