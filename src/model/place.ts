/** Somewhere a person can look: a line of a file of the repository, or a path inside the image. */
export interface Place {
  /** Path of the file as the user would type it, or a path in the image when `inImage` is set. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly inImage?: boolean;
}

/** `file:line:column` as editors and terminals link it. */
export function formatPlace(place: {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}): string {
  const line = place.line === undefined ? '' : `:${String(place.line)}`;
  const column = place.line === undefined || place.column === undefined ? '' : `:${String(place.column)}`;
  return `${place.file}${line}${column}`;
}
