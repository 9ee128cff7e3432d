import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Fault } from '../src/model/fault.ts';
import { keepComment, type StickyComment } from '../src/sticky-comment.ts';
import { githubAt } from './support/github/client.ts';
import { type GitHubDouble, startGitHub } from './support/github/double.ts';
import { storedPull } from './support/github/payloads.ts';
import { FORK } from './support/github/state.ts';

const MARK = '<!-- slipway 0123456789ab -->';
let double: GitHubDouble;
beforeEach(async () => {
  double = await startGitHub();
  double.state.pulls.push(storedPull());
});
afterEach(async () => {
  await double.stop();
});

const keep = (body: string, change: Partial<StickyComment> = {}, token = double.token()) =>
  keepComment(githubAt(double, token), {
    issue: 12,
    mark: MARK,
    body: `${MARK}\n${body}`,
    worthCreating: true,
    ...change,
  });
const bodies = (): string[] => double.state.comments.map(({ body }) => body);

function others(count: number, body = 'what somebody thinks'): void {
  for (let index = 0; index < count; index += 1)
    double.state.comments.push({
      id: index + 1,
      issue: 12,
      body: `${body} ${String(index)}`,
      login: 'who',
      type: 'User',
      edits: 0,
    });
}

describe('the one comment', () => {
  test('is edited and not repeated, with 200 others before it and 100 after it', async () => {
    others(200);
    expect(await keep('first')).toBe('created');
    others(100);
    expect(await keep('second')).toBe('edited');
    expect(await keep('second')).toBe('the same as before');
    const own = double.state.comments.filter(({ type }) => type === 'Bot');
    expect(own).toEqual([expect.objectContaining({ body: `${MARK}\nsecond`, edits: 1 })]);
    expect(double.state.comments).toHaveLength(301);
  });

  test('is not begun when there is nothing to say, and is edited all the same when it is there', async () => {
    expect(await keep('fine', { worthCreating: false })).toBe('not needed');
    expect(bodies()).toEqual([]);
    await keep('blocked');
    expect(await keep('fine', { worthCreating: false })).toBe('edited');
    expect(bodies()).toEqual([`${MARK}\nfine`]);
  });

  test('is not begun where there are as many of its kind as there may be, and is edited all the same', async () => {
    const most = { count: 2, start: '<!-- slipway ' };
    const marks = ['1', '2', '3'].map((digit) => `<!-- slipway ${digit.repeat(12)} -->`);
    const fates: string[] = [];
    for (const mark of marks) fates.push(await keep('x', { mark, body: `${mark}\nx`, most }));
    expect(fates).toEqual(['created', 'created', 'too many']);
    expect(await keep('y', { mark: marks[0] ?? '', body: `${marks[0] ?? ''}\ny`, most })).toBe('edited');
    expect(bodies()).toHaveLength(2);
  });

  test('is not somebody else’s with the same mark', async () => {
    others(1, `${MARK}\nmine`);
    double.state.comments.push({ id: 99, issue: 12, body: `see ${MARK}`, login: 'other[bot]', type: 'Bot', edits: 0 });
    expect(await keep('ours')).toBe('created');
    expect(double.state.comments.map(({ edits }) => edits)).toEqual([0, 0, 0]);
  });

  test('of a person’s token is that person’s', async () => {
    const token = double.token(undefined, 'somebody');
    expect(await keep('one', {}, token)).toBe('created');
    expect(await keep('two', {}, token)).toBe('edited');
    expect(bodies()).toHaveLength(1);
  });

  test('is written once when the answer is lost', async () => {
    double.state.failures.push({ match: /^POST/, status: 502, times: 1, done: true });
    expect(await keep('once')).toBe('created');
    expect(bodies()).toEqual([`${MARK}\nonce`]);
  });

  test('is tried again when nothing was done, and given up in the end', async () => {
    double.state.failures.push({ match: /^POST/, status: 502, times: 2 });
    expect(await keep('late')).toBe('created');
    double.state.comments.length = 0;
    double.state.failures.push({ match: /^POST/, status: 502, times: 9 });
    await expect(keep('never')).rejects.toThrow(Fault);
  });

  test('is not written with a token that only reads', async () => {
    await expect(keep('x', {}, double.token(FORK))).rejects.toThrow(/403 Resource not accessible/);
    expect(double.state.log.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });
});
