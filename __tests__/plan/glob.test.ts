import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileGlob } from '../../src/plan/glob.ts';

test.each([
  ['*.md', ['a.md', '.md'], ['a/b.md', 'a.mdx']],
  ['a?c', ['abc', 'a😀c'], ['a/c', 'ac']],
  ['[a-c]x', ['ax', 'cx'], ['dx', 'x']],
  ['[^a-c]x', ['dx', '/x'], ['ax', 'x']],
  ['\\*', ['*'], ['a']],
  ['**/a', ['a', 'b/a', 'b/c/a'], ['xa', 'a/b']],
  ['a/**', ['a/b', 'a/b/c'], ['a', 'b']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb']],
  ['a/**/b/**/c/*', ['a/b/c/d', 'a/1/b/2/3/c/d'], ['a/b/d', 'a/b/c/d/e']],
])('%s', (pattern, matching, others) => {
  const glob = compileGlob(pattern);
  expect(matching.filter((path) => glob?.matches(path) !== true)).toEqual([]);
  expect(others.filter((path) => glob?.matches(path) === true)).toEqual([]);
});

test.each(['[', '[]', '[a', '[-]', '[b-a]', 'a\\'])('%s is not a pattern', (pattern) => {
  expect(compileGlob(pattern)).toBeUndefined();
});

/** Stars that change nothing, in a number that makes the matcher step instead of using an expression. */
test('stepping and expressions agree', () => {
  const part = fc.constantFrom('a', 'b', '*', '?', '[ab]', '**/', '/', 'a*', '**');
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.stringMatching(/^[ab/]{0,8}$/), (parts, path) => {
      const pattern = `x${parts.join('')}x`;
      const stepped = compileGlob(`${pattern}***y***`);
      const direct = compileGlob(pattern);
      if (direct?.matches(`x${path}x`) === true) expect(stepped?.matches(`x${path}xy`)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
