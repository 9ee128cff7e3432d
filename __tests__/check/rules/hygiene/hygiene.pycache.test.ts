import { expect, test } from '@jest/globals';
import { hygienePycache } from '../../../../src/check/rules/hygiene/hygiene.pycache.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { messagesOf } from '../../../support/judging.ts';

const config = { workingDirectory: '/service' };

test.each(['app/__pycache__/main.cpython-311.pyc', 'service/old.pyc', 'srv/a/__pycache__/b.pyc'])(
  '%s fails',
  (name) => {
    expect(messagesOf(judgeFiles(hygienePycache, { layers: [[{ name, body: 'x' }]], config }))).toHaveLength(1);
  },
);

test.each([
  'usr/local/lib/python3.11/__pycache__/os.cpython-311.pyc',
  'app/.venv/lib/python3.11/site-packages/x/__pycache__/y.pyc',
  'usr/lib/python3/dist-packages/x.pyc',
  'app/main.py',
])('%s passes', (name) => {
  expect(judgeFiles(hygienePycache, { layers: [[{ name, body: 'x' }]], config }).status).toBe('passed');
});
