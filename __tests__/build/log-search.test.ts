import { expect, test } from '@jest/globals';
import { part } from '../../script/secrets.d/sample.ts';
import { searchLog } from '../../src/build/log-search.ts';
import { makeProgress } from '../../src/build/progress.ts';
import { makeKnownSearch } from '../../src/image/secrets/known-forms.ts';
import { makeMemoryCache } from '../support/layered-image.ts';

const VALUE = part('printed-by-a-step-1');

async function printed(chunks: readonly string[]): Promise<readonly string[]> {
  const known = await makeKnownSearch([{ name: 'build secret t', value: VALUE }], makeMemoryCache());
  const search = searchLog(known);
  const progress = makeProgress(['api'], { printed: search.printed });
  const say = (update: object): void => {
    progress.push(Buffer.from(`${JSON.stringify(update)}\n`));
  };
  say({ vertexes: [{ digest: 'sha256:1', name: '[2/2] RUN x', started: '2026-01-01T00:00:00Z' }] });
  for (const chunk of chunks) say({ logs: [{ vertex: 'sha256:1', data: Buffer.from(chunk).toString('base64') }] });
  progress.end();
  return [...progress.steps.values()].flatMap((step) => search.foundIn(step));
}

test.each<[string, readonly string[]]>([
  ['in one piece', [`token ${VALUE}\n`]],
  ['in two', [`token ${VALUE.slice(0, 7)}`, `${VALUE.slice(7)}\n`]],
  ['encoded', [Buffer.from(VALUE).toString('base64')]],
  ['behind a carriage return', [`${VALUE}\rhidden\n`]],
])('a step that prints the value %s is named', async (_case, chunks) => {
  expect(await printed(chunks)).toEqual(['build secret t']);
});

test('a step that prints something else is not', async () => {
  expect(await printed(['token ***\n', VALUE.slice(1)])).toEqual([]);
});
