import { expect, test } from '@jest/globals';
import { findWritten, isReadOnlyTrouble, keepLeaves } from '../../../src/check/probes/written-paths.ts';

test.each([
  ["OSError: [Errno 30] Read-only file system: '/app/state'", '/app/state'],
  ["Error: EROFS: read-only file system, open '/srv/cache/x.json'", '/srv/cache/x.json'],
  ["Error: EROFS: read-only file system, mkdir 'logs'", 'logs'],
  ['/entry.sh: 3: cannot create /etc/app.conf: Read-only file system', '/etc/app.conf'],
  ["sh: can't create /run/app.pid: Read-only file system", '/run/app.pid'],
  ["mkdir: cannot create directory '/data': Read-only file system", '/data'],
  ['touch: /data/x: Read-only file system', '/data/x'],
  [
    'nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)',
    '/var/cache/nginx/client_temp',
  ],
  ['java.io.FileNotFoundException: /opt/app/app.log (Read-only file system)', '/opt/app/app.log'],
])('%s', (line, path) => {
  expect(findWritten(['starting', line, line])).toEqual([path]);
  expect(isReadOnlyTrouble([line])).toBe(true);
});

test('other lines name nothing', () => {
  expect(findWritten(['wrote /var/log/app.log', 'Permission denied: /app'])).toEqual([]);
  expect(isReadOnlyTrouble(['Permission denied: /app'])).toBe(false);
});

test('of changed paths the leaves outside writable folders are kept, at most five', () => {
  const changed = ['/app', '/app/state', '/tmp', '/tmp/x', '/data/db', '/data', '/tmpfile'];
  expect(keepLeaves(changed, ['/tmp', '/data'])).toEqual(['/app/state', '/tmpfile']);
  expect(
    keepLeaves(
      Array.from({ length: 9 }, (_, index) => `/f${String(index)}`),
      [],
    ),
  ).toHaveLength(5);
});
