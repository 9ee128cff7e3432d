/** Files that the jobs of one workflow run leave for each other. Any job of the run may have written any of them. */
export interface RunArtifacts {
  /** A name is used once in a run; the content cannot be changed later. */
  put(name: string, content: Uint8Array): Promise<void>;
  /** The same for people: a click on the artifact opens it, nothing is packed. Its name is the file's. */
  putOpen(name: string, content: Uint8Array, mimeType: string): Promise<void>;
  /** Names of those of this run. */
  list(): Promise<readonly string[]>;
  /** Throws a Fault for one that is larger than `limit` bytes. */
  get(name: string, limit: number): Promise<Uint8Array>;
}
