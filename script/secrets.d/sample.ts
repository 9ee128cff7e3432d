/** A file of the corpus. */
export interface Sample {
  /** What is hidden there, or why nothing is. */
  readonly kind: string;
  /** In the image. */
  readonly path: string;
  readonly content: Buffer;
}

/** One sample from text. */
export function sample(kind: string, path: string, content: string | Buffer): Sample {
  return { kind, path, content: typeof content === 'string' ? Buffer.from(content) : content };
}

/** A piece of a prefix, kept apart from the rest so that no file of the repository looks as if it held a secret. */
export function part(text: string): string {
  return text;
}
