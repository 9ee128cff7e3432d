import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ACCESS_ROWS } from '../../src/google/refusals-access.ts';
import { EXCHANGE_ROWS } from '../../src/google/refusals-exchange.ts';
import { BINDINGS } from '../../src/google/setup/grants.ts';

const page = readFileSync('docs/keyless.md', 'utf8');

test('the guide lists every refusal that is explained, and no other', () => {
  const listed = [...page.matchAll(/^\| `([a-z-]+)` +\| .* \|$/gm)].map(([, name]) => name);
  const grants = new Set(BINDINGS.map(({ grant }) => grant));
  expect(listed.toSorted()).toEqual(
    [...ACCESS_ROWS, ...EXCHANGE_ROWS]
      .map(({ row }) => row)
      .concat([...grants])
      .toSorted(),
  );
});
