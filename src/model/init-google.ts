/** What was written, and what the written rules give to jobs. */
export interface InitGoogleReport {
  /** As commands name it. */
  readonly folder: string;
  readonly files: readonly string[];
  readonly jobs: readonly { readonly name: string; readonly given: string }[];
  /** Commits that were trusted before and are not any more, and the other way round. */
  readonly dropped: readonly string[];
  readonly added: readonly string[];
  readonly config: string;
}
