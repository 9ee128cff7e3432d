/** One name of the merged file system with the owner and mode it has there. */
export interface FileEntry {
  /** Bytes as latin1, without leading slash. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'character' | 'block' | 'fifo';
  /** Permission bits with setuid, setgid and sticky: 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Stored body bytes; the same for each name of a hard-linked file. */
  readonly size: number;
  /** Target of a symlink as written; else empty. */
  readonly link: string;
  /** Position of a regular file's body in its layer: names of one layer with the same are hard links of one file. */
  readonly body?: number;
  /** It carries file capabilities (`security.capability`). */
  readonly capability: boolean;
  /** Index of the layer that gave it its owner and mode. */
  readonly layer: number;
  /** That layer came with the base image. */
  readonly base: boolean;
}

/** The file system a container of the image sees. All paths are latin1 without leading slash. */
export interface FileFacts {
  /** Every name but the root, parents before children, the names of a folder in byte order; made one at a time. */
  entries(): Iterable<FileEntry>;
  /** Exactly this name, no symlink followed. */
  find(path: string): FileEntry | undefined;
  /** What the path leads to, symlinks followed inside the image's root only; its `path` is the real one. */
  resolve(path: string): FileEntry | undefined;
  /** Names in a folder in byte order, symlinks to the folder followed; empty when there is no such folder. */
  children(path: string): readonly string[];
  /** Bodies, or what was kept of them, by path of the merged view; which ones says src/image/kept-files.ts. */
  readonly texts: ReadonlyMap<string, Buffer>;
  /** GPU code in programs and libraries, `sm_90` and `compute_90`, by path of the merged view. */
  readonly gpuCode: ReadonlyMap<string, readonly string[]>;
}
