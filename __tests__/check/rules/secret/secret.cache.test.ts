import { expect, test } from '@jest/globals';
import { secretCache } from '../../../../src/check/rules/secret/secret.cache.ts';
import type { CacheExport, CredentialFile } from '../../../../src/model/facts.ts';
import { dockerfileFacts, contextFacts } from '../../../support/dockerfile-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const MAX: CacheExport = { type: 'registry', location: 'r.example/p/api:buildcache-main', mode: 'max' };

function check(text: string, exports: readonly CacheExport[], credentials: readonly CredentialFile[] = []) {
  const facts = { dockerfile: dockerfileFacts(text), context: contextFacts({ credentials }), cache: { exports } };
  return checkRule(secretCache, facts);
}

const COPYING = 'FROM node AS build\nCOPY .npmrc /\nFROM scratch\nCOPY --from=build /x /';
const NPMRC: CredentialFile = { path: '.npmrc', kind: 'npm credential', line: 2 };

test('a credential that a builder stage copies goes with a cache of every stage', () => {
  const judgement = check(COPYING, [MAX], [NPMRC]);
  expect(messagesOf(judgement)).toEqual([
    '.npmrc is copied and holds a secret (npm credential): its stage goes into the cache r.example/p/api:buildcache-main',
  ]);
  expect(judgement).toMatchObject({ findings: [{ place: { file: 'Dockerfile', line: 2 } }] });
});

test.each([
  ['ARG NPM_TOKEN', ['ARG NPM_TOKEN takes a secret by its name']],
  ['ARG VERSION=1 DB_PASSWORD=x', ['ARG DB_PASSWORD takes a secret by its name']],
  ['ARG TOKENIZERS_PARALLELISM', []],
  ['ARG GPG_KEY', []],
  ['ARG TOKEN_FILE', []],
])('%s', (argument, messages) => {
  expect(messagesOf(check(`FROM a\n${argument}`, [MAX]))).toEqual(
    messages.map((message) => expect.stringContaining(message)),
  );
});

test.each<[string, CacheExport[], string]>([
  ['the image’s own layers alone', [{ ...MAX, mode: 'min' }], 'passed'],
  ['a folder of this machine', [{ ...MAX, type: 'local' }], 'skipped'],
  ['nothing', [], 'skipped'],
])('%s is no finding', (_case, exports, status) => {
  expect(check(COPYING, exports, [NPMRC]).status).toBe(status);
});

test('a cache of stages without secrets passes', () => {
  expect(check(COPYING, [MAX]).status).toBe('passed');
});
