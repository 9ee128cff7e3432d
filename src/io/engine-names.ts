import type { Engine } from '../model/engine.ts';
import { imageAnswer, imageList } from './engine-answers.ts';
import { expectStatus, parseAnswer, type EngineHttp } from './engine-http.ts';
import { pullReference } from './engine-pull.ts';

type ImageCalls = Pick<Engine, 'pullImage' | 'inspectImage' | 'tagImage' | 'untagImage' | 'untagRun'>;

/** What the engine is asked about images and their names. */
export function makeImageCalls(http: EngineHttp): ImageCalls {
  return {
    pullImage: (reference, signal) => pullReference(http, reference, signal),
    inspectImage: (reference) => inspectImage(http, reference),
    async tagImage(id, name) {
      const colon = name.lastIndexOf(':');
      const query = new URLSearchParams({ repo: name.slice(0, colon), tag: name.slice(colon + 1) });
      const answer = await http.call({ method: 'POST', path: `${imagePath(id)}/tag?${query.toString()}` });
      expectStatus(answer, [201], `name an image ${name}`, http);
    },
    untagImage: (name) => untagImage(http, name),
    async untagRun(runId) {
      const names = await listNamesOf(http, runId);
      await Promise.all(names.map((name) => untagImage(http, name)));
    },
  };
}

async function untagImage(http: EngineHttp, name: string): Promise<void> {
  // noprune: only the name goes, never a parent image that is not ours
  const answer = await http.call({ method: 'DELETE', path: `${imagePath(name)}?noprune=true` });
  expectStatus(answer, [200, 404, 409], `take the name ${name} away`, http);
}

/** Names as the build gives them and as the push to the loopback registry does; the engine's filter knows `*` within one part of a path. */
async function listNamesOf(http: EngineHttp, runId: string): Promise<readonly string[]> {
  const reference = [`slipway.local/*/*:${runId}`, `127.0.0.1:*/slipway-${runId}-*`];
  const filters = encodeURIComponent(JSON.stringify({ reference }));
  const answer = await http.call({ method: 'GET', path: `/images/json?filters=${filters}` });
  const images = parseAnswer(imageList, expectStatus(answer, [200], 'list images', http).body, 'list images');
  const isOurs = (name: string): boolean =>
    (name.startsWith('slipway.local/') && name.endsWith(`:${runId}`)) ||
    (name.startsWith('127.0.0.1:') && name.includes(`/slipway-${runId}-`));
  return images.flatMap(({ RepoTags }) => (RepoTags ?? []).filter(isOurs));
}

/** A reference is a path here, slashes included; only what would end the path is escaped. */
function imagePath(reference: string): string {
  return `/images/${encodeURI(reference).replace(/[?#]/g, encodeURIComponent)}`;
}

async function inspectImage(http: EngineHttp, reference: string): ReturnType<Engine['inspectImage']> {
  const answer = await http.call({ method: 'GET', path: `${imagePath(reference)}/json` });
  if (answer.status === 404) return undefined;
  expectStatus(answer, [200], `inspect the image ${reference}`, http);
  const image = parseAnswer(imageAnswer, answer.body, 'inspect an image');
  return { id: image.Id, repoDigests: image.RepoDigests ?? [], layers: image.RootFS.Layers ?? [] };
}
