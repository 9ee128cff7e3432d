/**
 * Gives up waiting for work that leaves nothing behind, such as reading, when the signal says so: a person who stops a run does not wait for gigabytes.
 * Throws the signal's reason, or what the work threw.
 */
export async function abandonOn<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const stop = Promise.withResolvers<never>();
  const abandon = () => {
    stop.reject(signal.reason);
  };
  if (signal.aborted) abandon();
  signal.addEventListener('abort', abandon, { once: true });
  try {
    return await Promise.race([work, stop.promise]);
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}
