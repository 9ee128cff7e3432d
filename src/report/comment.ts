import { createHash } from 'node:crypto';
import type { RunRecord } from '../model/record.ts';
import { verdictOf } from '../model/record-verdict.ts';
import { deltaOf } from './growth.ts';
import { findingsOf } from './headline.ts';
import { renderMarkdown } from './markdown.ts';

/** GitHub takes 65,536 characters; the mark and a footer need some. */
const BODY_BYTES = 64_000;

/** First line of our comment, which GitHub does not show; two configs of one repository have one each. */
export function commentMark({ config }: RunRecord): string {
  const key = createHash('sha256')
    .update(config.file ?? '')
    .digest('hex');
  return `<!-- slipway ${key.slice(0, 12)} -->`;
}

/** The comment of a pull request: the text of the job summary, as much as GitHub takes, under the mark by which it is found again. */
export function renderComment(record: RunRecord, footer?: string): string {
  const text = `${commentMark(record)}\n${renderMarkdown(record, BODY_BYTES)}`;
  return footer === undefined ? text : `${text}\n<sub>${footer}</sub>\n`;
}

/** Whether a pull request without our comment needs one: something blocks or warns, was let through, or has another size than before. */
export function hasNews(record: RunRecord): boolean {
  const { images, problems } = record;
  if (verdictOf(record) !== 'passed' || problems.length > 0 || findingsOf(record).length > 0) return true;
  if (images.some(({ outcomes }) => outcomes.some(({ status }) => status === 'waived'))) return true;
  return images.some((image) => {
    const delta = deltaOf(image);
    return delta !== undefined && delta !== '±0 B';
  });
}
