import { expect, test } from '@jest/globals';
import { asComparable } from '../../src/check/gather-runs.ts';
import { known, undecided, type FactTable } from '../../src/model/facts.ts';
import { blankService } from '../support/runs.ts';

const beside: FactTable = { hardened: undecided('it ended by itself') };

test('a service that ends by itself ends in the hardened run as well, which is not to blame', () => {
  const ended = known(blankService({ exitedEarly: { exitCode: 0, after: 600 } }));
  expect(asComparable(ended, beside)).toMatchObject({ hardened: { state: 'undecided', reason: /ordinary run/ } });
});

test('what ran on until it was stopped is compared', () => {
  expect(asComparable(known(blankService({})), beside)).toBe(beside);
  expect(asComparable(undecided('no engine'), beside)).toBe(beside);
});
