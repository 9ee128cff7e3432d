import { z } from 'zod';
import { Fault } from '../model/fault.ts';
import type { RegistrySession } from './registry-session.ts';

const PAGE = 1000;
/** A registry that keeps naming next pages is not believed for ever. */
const PAGE_LIMIT = 1000;
const LIST = z.object({ tags: z.array(z.string()).nullish() });

/** Every tag of a repository, page by page (OCI distribution spec, "Listing Tags"); none when there is no such repository. Throws a Fault for an answer that is no list. */
export async function listTags(session: RegistrySession, repository: string): Promise<readonly string[]> {
  const tags: string[] = [];
  let to: string | undefined = `/v2/${repository}/tags/list?n=${String(PAGE)}`;
  for (let page = 0; to !== undefined && page < PAGE_LIMIT; page += 1) {
    const answer = await session.ask({
      method: 'GET',
      to,
      headers: { accept: 'application/json' },
      expect: [200, 404],
    });
    if (answer.status === 404) return tags;
    tags.push(...parseTags(answer.body, repository));
    to = nextPage(answer.headers['link'], repository);
  }
  return tags;
}

function parseTags(body: Buffer, repository: string): readonly string[] {
  try {
    return LIST.parse(JSON.parse(body.toString())).tags ?? [];
  } catch (cause) {
    throw new Fault('the registry’s list of tags is none', { kind: 'environment', where: repository, cause });
  }
}

/** The path of `Link: <…>; rel="next"`; only its query is taken, so that no answer can lead elsewhere. */
function nextPage(link: string | string[] | undefined, repository: string): string | undefined {
  const target = /<([^>]*)>\s*;\s*rel="?next"?/.exec(String(link ?? ''))?.[1];
  const query = target?.split('?')[1];
  return query === undefined ? undefined : `/v2/${repository}/tags/list?${query}`;
}
