import { expect, test } from '@jest/globals';
import { hygieneJunk } from '../../../../src/check/rules/hygiene/hygiene.junk.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { messagesOf } from '../../../support/judging.ts';

const config = { workingDirectory: '/service' };

test.each([
  ['app/tests/test_a.py', '/app/tests'],
  ['service/pkg/__tests__/a.js', '/service/pkg/__tests__'],
  ['app/.vscode/settings.json', '/app/.vscode'],
  ['app/Dockerfile', '/app/Dockerfile'],
  ['app/docker-compose.prod.yml', '/app/docker-compose.prod.yml'],
  ['app/node_modules/.cache/x', '/app/node_modules/.cache'],
  ['srv/.DS_Store', '/srv/.DS_Store'],
])('%s fails as %s', (name, told) => {
  expect(messagesOf(judgeFiles(hygieneJunk, { layers: [[{ name, body: 'x' }]], config }))).toEqual([
    `${told} is of no use at run time (1 B)`,
  ]);
});

test.each([
  'usr/local/lib/python3.11/site-packages/numpy/tests/test_a.py',
  'app/node_modules/express/test/a.js',
  'app/.venv/lib/tests/a.py',
  'usr/lib/python3/test/a.py',
  'opt/tool/tests/a',
  'app/testing/a.py',
  'app/contest/a.py',
  'app/main.py',
])('%s passes', (name) => {
  expect(judgeFiles(hygieneJunk, { layers: [[{ name, body: 'x' }]], config }).status).toBe('passed');
});

test('a folder is told once, what is allowed not at all, the base’s not either', () => {
  const entries = ['a', 'b', 'c/d'].map((file) => ({ name: `app/tests/${file}`, body: 'xx' }));
  expect(messagesOf(judgeFiles(hygieneJunk, { layers: [entries], config }))).toEqual([
    '/app/tests is of no use at run time (3 files, 6 B)',
  ]);
  expect(judgeFiles(hygieneJunk, { layers: [entries], config }, { allow: ['/app/tests'] }).status).toBe('passed');
  expect(judgeFiles(hygieneJunk, { layers: [entries], base: 1, config }).status).toBe('passed');
});
