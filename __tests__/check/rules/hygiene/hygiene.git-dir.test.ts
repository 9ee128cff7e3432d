import { expect, test } from '@jest/globals';
import { hygieneGitDir } from '../../../../src/check/rules/hygiene/hygiene.git-dir.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { messagesOf } from '../../../support/judging.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

test('a repository fails with its size', () => {
  const layers = [
    [
      { name: 'app/.git/HEAD', body: 'ref: refs/heads/main\n' },
      { name: 'app/.git/objects/pack/x.pack', body: 'x'.repeat(4979) },
      { name: 'opt/tool/.git/config', body: '' },
    ],
  ];
  expect(messagesOf(judgeFiles(hygieneGitDir, { layers }))).toEqual([
    "/app/.git ships a repository's whole history (5.00 kB)",
    "/opt/tool/.git ships a repository's whole history (0 B)",
  ]);
});

test.each<[string, readonly (readonly TarSpec[])[], number]>([
  ['a .git file', [[{ name: 'app/.git', body: 'gitdir: ../x' }]], 0],
  ['an empty folder', [[{ name: 'app/.git', type: '5' }]], 0],
  ['one that was deleted', [[{ name: 'app/.git/HEAD' }], [{ name: 'app/.wh..git' }]], 0],
  ['one of the base image', [[{ name: 'app/.git/HEAD' }]], 1],
  ['.github and .gitignore', [[{ name: 'app/.github/HEAD' }, { name: 'app/.gitignore' }]], 0],
])('%s passes', (_, layers, base) => {
  expect(judgeFiles(hygieneGitDir, { layers, base }).status).toBe('passed');
});
