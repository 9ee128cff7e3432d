import { expect, test } from '@jest/globals';
import { findStale } from '../../script/generate.ts';

test('the committed schema and pages are what the definitions say; `npm run generate` writes them', () => {
  expect(findStale()).toEqual([]);
});
