/**
 * What `Promise.all` gives, but only once every work has ended.
 * Throws the first error when the others have removed what they started: a stopped run leaves no container behind.
 */
export async function whenAllEnded<T extends readonly unknown[]>(work: {
  readonly [K in keyof T]: Promise<T[K]> | T[K];
}): Promise<T> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}
