import type { Digest } from './digest.ts';
import type { LayerDescriptor } from './image.ts';

/** One layer read whole: compressed and decoded bytes, digest and diff id verified. */
export interface LayerSize extends LayerDescriptor {
  /** Length of the decoded tar stream. */
  readonly unpackedBytes: number;
  readonly entries: number;
}
export interface SizeFacts {
  /** config + each distinct layer blob once. */
  readonly downloadBytes: number;
  /** Why that is not what a pull from a registry would download. */
  readonly repacked?: string;
  /** Σ decoded layer tar lengths. */
  readonly unpackedBytes: number;
  readonly layers: readonly LayerSize[];
}

/** What the base branch published of the same image last. */
export interface BaselineFacts {
  readonly reference: string;
  readonly branch: string;
  readonly digest: Digest;
  readonly downloadBytes: number;
  /** Absent when no record is attached to it: a manifest knows compressed sizes only. */
  readonly unpackedBytes?: number;
  readonly layers: readonly { readonly digest: Digest; readonly diffId: Digest; readonly unpackedBytes?: number }[];
}

/** A body that users download but cannot see in the final file system. */
export interface WastedPath {
  readonly path: string;
  readonly bytes: number;
  /** Index of the layer that holds the hidden copy. */
  readonly layer: number;
  /** Index of the layer that hides it. */
  readonly hiddenBy: number;
  readonly cause: 'overwritten' | 'deleted' | 'metadata-changed';
}
export interface WasteGroup extends Pick<WastedPath, 'layer' | 'hiddenBy' | 'cause' | 'bytes'> {
  readonly files: number;
}
export interface WasteFacts {
  /** Bytes of regular file bodies in all layers, hard links once. */
  readonly totalBodyBytes: number;
  readonly wastedBytes: number;
  /** Largest first, at most 100. */
  readonly paths: readonly WastedPath[];
  /** All of them, listed or not, by what hid them; most bytes first. */
  readonly groups: readonly WasteGroup[];
}

/** A folder or file and what one layer holds of it in the final view. */
export interface HeavyPath {
  readonly path: string;
  readonly layer: number;
  readonly bytes: number;
  readonly files: number;
}
export interface WeightFacts {
  /** Folders before what lies in them, at most 400. */
  readonly paths: readonly HeavyPath[];
  /** By layer: bytes of bodies that later layers replace or delete. */
  readonly hidden: readonly number[];
}
