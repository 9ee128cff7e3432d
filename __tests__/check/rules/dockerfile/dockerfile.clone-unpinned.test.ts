import { expect, test } from '@jest/globals';
import { dockerfileCloneUnpinned } from '../../../../src/check/rules/dockerfile/dockerfile.clone-unpinned.ts';
import { dockerfileFacts } from '../../../support/dockerfile-facts.ts';
import { checkRule } from '../../../support/judging.ts';

const URL = 'https://example.org/a.git';

function linesIn(text: string, settings: unknown = {}): readonly (number | undefined)[] {
  const facts = { dockerfile: dockerfileFacts(`FROM a\n${text}`) };
  const judgement = checkRule(dockerfileCloneUnpinned, facts, undefined, settings);
  return judgement.status === 'failed' ? judgement.findings.map(({ place }) => place?.line) : [];
}

test.each([
  ['no ref', `RUN git clone ${URL}`, [2]],
  ['at its own line', `RUN apt-get update && \\\n  git clone --depth 1 ${URL} /a`, [3]],
  ['a branch that moves', `RUN git clone -b main ${URL}`, [2]],
  ['a checkout of a branch that moves', `RUN git clone ${URL} && git checkout main`, [2]],
  ['two clones, one pinned', `RUN git clone ${URL} /a && git clone ${URL} /b && git -C /b checkout v1`, [2]],
  ['ADD of a repository', `ADD ${URL} /a`, [2]],
])('caught: %s', (_, text, expected) => {
  expect(linesIn(text)).toEqual(expected);
});

test.each([
  ['a tag', `RUN git clone --branch v1.2 ${URL}`],
  ['a tag with =', `RUN git clone --branch=v1.2 ${URL}`],
  ['a commit', `RUN git clone ${URL} /a && cd /a && git checkout 0123abc`],
  ['a variable', `RUN git clone ${URL} /a && git -C /a checkout "$REF"`],
  ['a fetched commit', `RUN git clone ${URL} /a && git -C /a fetch origin 0123abc`],
  ['a reset', `RUN git clone ${URL} /a && git -C /a reset --hard 0123abc`],
  ['no clone', 'RUN git --version'],
  ['ADD with a fragment', `ADD ${URL}#v1 /a`],
  ['ADD of a file', 'ADD https://example.org/a.tar.gz /a'],
  ['in quotes', `RUN echo "git clone ${URL}"`],
])('left alone: %s', (_, text) => {
  expect(linesIn(text)).toEqual([]);
});

test('repositories can be allowed', () => {
  expect(linesIn(`RUN git clone ${URL}`, { allow: ['https://example.org/'] })).toEqual([]);
  expect(linesIn(`RUN git clone ${URL}`, { allow: ['https://example.com/'] })).toEqual([2]);
});
