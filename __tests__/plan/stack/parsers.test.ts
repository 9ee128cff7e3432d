import fc from 'fast-check';
import { expect, test } from '@jest/globals';
import { parseEnvFile } from '../../../src/plan/stack/env-files.ts';
import { splitWords } from '../../../src/plan/stack/words.ts';
import { parseRequirements } from '../../../src/plan/requirement-text.ts';

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/);
const value = fc.stringMatching(/^[A-Za-z0-9/:.@-]{0,20}$/);

test('what is written as NAME=value is read back, each at its line', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 8 }), (pairs) => {
      const text = pairs.map(([key, text]) => `${key}=${text}`).join('\n');
      expect(parseEnvFile(text)).toEqual(pairs.map(([key, text], index) => ({ name: key, text, line: index + 1 })));
    }),
  );
});

test('words without quotes are those between white space', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[A-Za-z0-9$={}:/-]{1,12}$/), { maxLength: 8 }), (words) => {
      expect(splitWords(words.join('  '))).toEqual(words);
    }),
  );
});

test('requirements keep their lines; a version is one that is exact', () => {
  const requirement = fc.tuple(fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/), fc.constantFrom('', '>=1', '==1.2', '~=2'));
  fc.assert(
    fc.property(fc.array(requirement, { maxLength: 8 }), (entries) => {
      const text = entries.map(([key, version]) => `${key}${version}`).join('\n# a comment\n');
      const read = parseRequirements(text, 'r.txt').map(({ name: key, pinned, place }) => [key, pinned, place.line]);
      expect(read).toEqual(entries.map(([key, version], index) => [key, version === '==1.2', index * 2 + 1]));
    }),
  );
});

test.each([parseEnvFile, splitWords, (text: string) => parseRequirements(text, 'r.txt')])(
  'no text makes a reader throw or take long',
  (read) => {
    fc.assert(fc.property(fc.string({ maxLength: 400, unit: 'binary' }), (text) => void read(text)));
    for (const piece of ['"', "'", '\\', '$', '= ', "a='", '[', ' \\\n']) {
      const started = process.cpuUsage();
      read(piece.repeat(20_000));
      expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
    }
  },
);
