import { Fault } from './model/fault.ts';
import { type GitHub, isDenied, type IssueComment } from './model/github.ts';

/** What became of the one comment. */
export type CommentFate = 'created' | 'edited' | 'the same as before' | 'not needed' | 'too many';

export interface StickyComment {
  readonly issue: number;
  /** First line of the body, by which it is found again. */
  readonly mark: string;
  readonly body: string;
  /** Whether it is written where there is none yet. */
  readonly worthCreating: boolean;
  /** No further one where there are this many whose mark begins so. */
  readonly most?: { readonly count: number; readonly start: string };
}

/** How often a comment is looked for again after an answer to its creation was lost. */
const TRIES = 3;

/** Writes the one comment of a pull request: edits it where it is, creates it once where it is not, however many others there are. */
export async function keepComment(github: GitHub, wanted: StickyComment): Promise<CommentFate> {
  for (let attempt = 1; ; attempt += 1) {
    const comments = await github.listComments(wanted.issue);
    const found = await findOwn(github, comments, wanted.mark);
    if (found?.body.trim() === wanted.body.trim()) return attempt === 1 ? 'the same as before' : 'created';
    if (found !== undefined) {
      await github.updateComment(found.id, wanted.body);
      return 'edited';
    }
    if (!wanted.worthCreating) return 'not needed';
    if (hasEnough(comments, wanted)) return 'too many';
    try {
      await github.createComment(wanted.issue, wanted.body);
      return 'created';
    } catch (error) {
      // It may be there although the answer was lost: whoever asks again without looking has two.
      const mayPass = error instanceof Fault && error.kind === 'environment';
      if (!mayPass || isDenied(error) || attempt === TRIES) throw error;
    }
  }
}

function hasEnough(comments: readonly IssueComment[], { most }: StickyComment): boolean {
  return most !== undefined && comments.filter(({ body }) => body.startsWith(most.start)).length >= most.count;
}

/** Anybody can write the mark: a comment is ours when an app wrote it, or the very user whose token this is. */
async function findOwn(
  github: GitHub,
  comments: readonly IssueComment[],
  mark: string,
): Promise<IssueComment | undefined> {
  const marked = comments.filter(({ body }) => body.startsWith(mark));
  const own = marked.find(({ bot }) => bot);
  if (own !== undefined || marked.length === 0) return own;
  const login = await github.whoAmI();
  return login === undefined ? undefined : marked.find(({ author }) => author === login);
}
