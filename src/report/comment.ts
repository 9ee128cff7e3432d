import { createHash } from 'node:crypto';
import type { RunRecord } from '../model/record.ts';
import { verdictOf } from '../model/record-verdict.ts';
import { comparedSizes } from './growth.ts';
import { renderMarkdown } from './markdown.ts';

/** GitHub takes 65,536 characters; the mark and a footer need some. */
const BODY_BYTES = 64_000;

/** What the first line of every comment of ours begins with. */
export const COMMENT_START = '<!-- slipway ';

/** First line of our comment, which GitHub does not show; two configs of one repository have one each. */
export function commentMark({ config }: RunRecord): string {
  const key = createHash('sha256')
    .update(config.file ?? '')
    .digest('hex');
  return `${COMMENT_START}${key.slice(0, 12)} -->`;
}

/** The comment of a pull request: the text of the job summary, as much as GitHub takes, under the mark by which it is found again. */
export function renderComment(record: RunRecord, footer?: string): string {
  const text = `${commentMark(record)}\n${renderMarkdown(record, BODY_BYTES)}`;
  return footer === undefined ? text : `${text}\n<sub>${footer}</sub>\n`;
}

/** Bytes of growth or shrinking below which a change is no news. */
const NOTEWORTHY = 1_000_000;

/** Whether a pull request without our comment needs one: something is blocked, or has clearly another size. Warnings that were there before are no news. */
export function hasNews(record: RunRecord): boolean {
  if (verdictOf(record) !== 'passed' || record.problems.length > 0) return true;
  return record.images.some((image) => {
    const { before, now } = comparedSizes(image);
    return before !== undefined && now !== undefined && Math.abs(now - before) >= NOTEWORTHY;
  });
}
