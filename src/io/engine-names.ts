import type { Engine } from '../model/engine.ts';
import { imageAnswer } from './engine-answers.ts';
import { expectStatus, parseAnswer, type EngineHttp } from './engine-http.ts';

type ImageCalls = Pick<Engine, 'inspectImage' | 'tagImage' | 'untagImage'>;

/** What the engine is asked about images and their names. */
export function makeImageCalls(http: EngineHttp): ImageCalls {
  return {
    inspectImage: (reference) => inspectImage(http, reference),
    async tagImage(id, name) {
      const colon = name.lastIndexOf(':');
      const query = new URLSearchParams({ repo: name.slice(0, colon), tag: name.slice(colon + 1) });
      const answer = await http.call({ method: 'POST', path: `${imagePath(id)}/tag?${query.toString()}` });
      expectStatus(answer, [201], `name an image ${name}`, http);
    },
    async untagImage(name) {
      // noprune: only the name goes, never a parent image that is not ours
      const answer = await http.call({ method: 'DELETE', path: `${imagePath(name)}?noprune=true` });
      expectStatus(answer, [200, 404, 409], `take the name ${name} away`, http);
    },
  };
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
