import { expect, test } from '@jest/globals';
import { makeCorpus } from '../../../script/secrets.d/corpus.ts';
import type { Sample } from '../../../script/secrets.d/sample.ts';
import { searchFiles } from '../../../src/image/secrets/file-search.ts';

const { positives, traps } = makeCorpus(20260801);

function search({ path, content }: Sample, step = content.length) {
  const files = searchFiles();
  files.open(path, content.length);
  for (let at = 0; at < content.length; at += step) files.body(content, at, Math.min(content.length, at + step));
  files.close();
  return files.finish().hits;
}

test('the corpus is as large as it has to be', () => {
  expect(positives.length).toBeGreaterThanOrEqual(60);
  expect(new Set(positives.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(25);
  expect(traps.length).toBeGreaterThanOrEqual(40);
});

test.each(positives.map((each, index) => [`${String(index)} ${each.kind} in ${each.path}`, each] as const))(
  'finds %s',
  (_name, each) => {
    const hits = search(each);
    expect(hits.length).toBeGreaterThan(0);
    for (const hit of hits) {
      expect(hit.path).toMatch(`/${each.path}`);
      expect(hit.fingerprint).toMatch(/^[0-9a-f]{64}$/);
      expect(hit.masked.replaceAll('*', '').length).toBeLessThanOrEqual(4);
    }
  },
);

test.each(traps.map((each, index) => [`${String(index)} ${each.kind} in ${each.path}`, each] as const))(
  'is not fooled by %s',
  (_name, each) => {
    expect(search(each)).toEqual([]);
  },
);

test.each([1021, 8447, 65_536])('finds the same when a file arrives in pieces of %i bytes', (step) => {
  const whole = positives.filter(({ content }) => content.length < 200_000);
  for (const each of whole) {
    expect(search(each, step).map((hit) => hit.fingerprint)).toEqual(search(each).map((hit) => hit.fingerprint));
  }
});
