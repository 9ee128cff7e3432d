import { expect, test } from '@jest/globals';
import { volumeSensitive } from '../../../../src/check/rules/volume/volume.sensitive.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { messagesOf } from '../../../support/judging.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

const APP = [{ name: 'app/main.py', body: 'x' }];
function judge(volume: string, workingDirectory = '/app', entries: readonly TarSpec[] = APP) {
  return judgeFiles(volumeSensitive, { layers: [entries], config: { volumes: [volume], workingDirectory } });
}

test.each([
  ['/', 'covers a folder of the system'],
  ['/etc', 'covers a folder of the system'],
  ['/usr/local/', 'covers a folder of the system'],
  ['/lib/modules', 'covers a folder of the system'],
  ['/proc/1', 'covers a folder of the system'],
  ['/var/run/docker.sock', 'asks for the engine’s socket'],
  ['/app', 'covers the program'],
])('%s fails', (volume, why) => {
  expect(messagesOf(judge(volume))).toEqual([expect.stringContaining(`VOLUME ${volume} ${why}`)]);
});

test('a folder above the program covers it too', () => {
  expect(judge('/srv', '/srv/api', [{ name: 'srv/api/main.py', body: 'x' }]).status).toBe('failed');
});

test.each([
  '/data',
  '/app/data',
  '/var/lib/postgresql/data',
  '/etc/caddy',
  '/root/.ollama',
  '/usr/share/nginx/html',
  '/apps',
])('%s passes', (volume) => {
  expect(judge(volume).status).toBe('passed');
});

test('an empty working directory is a place for data', () => {
  expect(judge('/data', '/data', [{ name: 'data', type: '5' }]).status).toBe('passed');
});
