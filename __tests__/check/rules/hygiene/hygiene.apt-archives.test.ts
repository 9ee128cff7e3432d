import { expect, test } from '@jest/globals';
import { hygieneAptArchives } from '../../../../src/check/rules/hygiene/hygiene.apt-archives.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { messagesOf } from '../../../support/judging.ts';

const NONE = [{ name: 'etc/x' }];

test.each(['archives/gcc_12_amd64.deb', 'pkgcache.bin', 'srcpkgcache.bin', 'archives/partial/x.deb'])(
  '%s fails',
  (name) => {
    const layers = [NONE, [{ name: `var/cache/apt/${name}`, body: 'xx' }]];
    expect(messagesOf(judgeFiles(hygieneAptArchives, { layers, base: 1 }))[0]).toContain(`/var/cache/apt/${name}`);
  },
);

test.each(['archives/lock', 'archives/README'])('%s passes', (name) => {
  const layers = [NONE, [{ name: `var/cache/apt/${name}`, body: 'xx' }]];
  expect(judgeFiles(hygieneAptArchives, { layers, base: 1 }).status).toBe('passed');
});
