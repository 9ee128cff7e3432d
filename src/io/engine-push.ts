import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { Fault } from '../model/fault.ts';
import { connectionFault, expectStatus, type EngineHttp } from './engine-http.ts';

/** An image reference as a part of an engine path, its slashes kept. */
export function imagePath(reference: string): string {
  return encodeURI(reference).replace(/[?#]/g, encodeURIComponent);
}

/** Pushes an image under a name of our own and takes that name away again, whatever happens; the engine's own words when it fails. */
export async function pushImage(http: EngineHttp, id: string, repository: string, tag: string): Promise<void> {
  const query = `repo=${encodeURIComponent(repository)}&tag=${encodeURIComponent(tag)}`;
  const tagged = await http.call({ method: 'POST', path: `/images/${imagePath(id)}/tag?${query}` });
  expectStatus(tagged, [201], 'name an image for the push', http);
  try {
    await push(http, repository, tag);
  } finally {
    // noprune: only the name goes, never a parent image.
    await http.call({ method: 'DELETE', path: `/images/${imagePath(`${repository}:${tag}`)}?noprune=true` });
  }
}

async function push(http: EngineHttp, repository: string, tag: string): Promise<void> {
  // An empty body stands for "no credentials": without it and without a header the engine refuses.
  const answer = await http.stream({
    method: 'POST',
    path: `/images/${imagePath(repository)}/push?tag=${encodeURIComponent(tag)}`,
    body: {},
    deadline: 0,
  });
  const failure = await followProgress(answer, http);
  if (failure === undefined) return;
  throw new Fault(`the engine could not push the image to this process: ${failure}`, {
    kind: 'environment',
    where: `${repository}:${tag}`,
    remedy: 'Running again is safe; the engine must reach 127.0.0.1 of this machine.',
  });
}

/** Reads a push or pull to its end; the engine's words when it failed. */
export async function followProgress(answer: IncomingMessage, http: EngineHttp): Promise<string | undefined> {
  let failure: string | undefined = answer.statusCode === 200 ? undefined : `HTTP ${String(answer.statusCode)}`;
  try {
    for await (const line of createInterface({ input: answer, crlfDelay: Infinity }))
      failure = errorIn(line) ?? failure;
  } catch (error) {
    throw connectionFault(error, http.url);
  }
  return failure;
}

const PROGRESS = z.object({ error: z.string().optional(), message: z.string().optional() });

function errorIn(line: string): string | undefined {
  try {
    const progress = PROGRESS.safeParse(JSON.parse(line));
    return progress.success ? (progress.data.error ?? progress.data.message) : undefined;
  } catch {
    return undefined;
  }
}
