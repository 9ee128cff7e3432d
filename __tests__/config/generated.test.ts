import { expect, test } from '@jest/globals';
import { findPageProblems, findStale } from '../../script/generate.ts';

test('the committed schema and pages are what the definitions say; `npm run generate` writes them', () => {
  expect(findStale()).toEqual([]);
});

test('every rule has a page of its own with all its parts, which `slipway explain` shows', () => {
  expect(findPageProblems()).toEqual([]);
});
