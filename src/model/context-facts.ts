/** Something that rarely belongs into an image and that the build would send: `.git`, `.env`, `node_modules`. */
export interface UnwantedPath {
  readonly path: string;
  readonly bytes: number;
  readonly why: string;
}
/** A file of the context whose content is a credential: `netrc password` in `.netrc`. */
export interface CredentialFile {
  readonly path: string;
  readonly kind: string;
  /** Of the Dockerfile, where the file is copied. */
  readonly line: number;
}
/** Where the build's cache goes. */
export interface CacheFacts {
  readonly exports: readonly CacheExport[];
}
export interface CacheExport {
  readonly type: 'registry' | 'gha' | 'local';
  readonly location: string;
  /** `max`: the layers of every stage. */
  readonly mode: 'min' | 'max';
}
export interface ContextFacts {
  /** Relative to the folder of slipway.yml. */
  readonly directory: string;
  /** Bytes and files the build sends: after the ignore file, only what COPY, ADD and bind mounts of the built stages name. */
  readonly bytes: number;
  readonly files: number;
  /** Bytes of everything the ignore file lets through. */
  readonly wholeBytes: number;
  /** Ten largest paths that are sent, bytes. */
  readonly largest: readonly { readonly path: string; readonly bytes: number }[];
  readonly unwanted: readonly UnwantedPath[];
  /** Files made for credentials that hold some, of those that are sent. */
  readonly credentials: readonly CredentialFile[];
  /** Which ignore file was honoured. */
  readonly ignoreFile?: string;
}
