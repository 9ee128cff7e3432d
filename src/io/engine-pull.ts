import { formatPlatform, type ImageDescription } from '../model/image.ts';
import { Fault } from '../model/fault.ts';
import { followProgress, imagePath } from './engine-push.ts';
import { expectStatus, type EngineHttp } from './engine-http.ts';

/**
 * Has the engine pull a manifest by digest from a registry of ours, gives it a name of this run instead of the registry's and
 * returns that name. `docker load` is not asked: it takes damaged layers without a word.
 */
export async function pullImage(
  http: EngineHttp,
  repository: string,
  image: ImageDescription,
  name: string,
): Promise<string> {
  const digest = image.manifest.digest;
  const query = new URLSearchParams({ fromImage: repository, tag: digest, platform: formatPlatform(image.platform) });
  const answer = await http.stream({
    method: 'POST',
    path: `/images/create?${query.toString()}`,
    body: {},
    deadline: 0,
  });
  const failure = await followProgress(answer, http);
  if (failure !== undefined) {
    throw new Fault(`the engine could not take the image: ${failure}`, { where: digest });
  }
  const pulled = `${repository}@${digest}`;
  const colon = name.lastIndexOf(':');
  const given = new URLSearchParams({ repo: name.slice(0, colon), tag: name.slice(colon + 1) });
  const tagged = await http.call({ method: 'POST', path: `/images/${imagePath(pulled)}/tag?${given.toString()}` });
  expectStatus(tagged, [201], 'name the image it took', http);
  await http.call({ method: 'DELETE', path: `/images/${imagePath(pulled)}?noprune=true` });
  return name;
}

/** Has the engine pull what a reference names, without credentials. Throws a Fault with the engine's words. */
export async function pullReference(
  http: EngineHttp,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  // Without a tag or digest the engine would take every tag there is.
  const named = /(:[^/]*|@.*)$/.test(reference) ? reference : `${reference}:latest`;
  const query = new URLSearchParams({ fromImage: named });
  const path = `/images/create?${query.toString()}`;
  const answer = await http.stream({ method: 'POST', path, body: {}, deadline: 0, ...(signal && { signal }) });
  const failure = await followProgress(answer, http);
  if (failure === undefined) return;
  throw new Fault(`the engine could not pull ${named}: ${failure}`, {
    kind: 'environment',
    where: named,
    remedy: 'Look at the name and the registry; running again is safe.',
  });
}
