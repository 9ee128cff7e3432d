import { expect, test } from '@jest/globals';
import { hygienePackageCaches } from '../../../../src/check/rules/hygiene/hygiene.package-caches.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { messagesOf } from '../../../support/judging.ts';

const BIG = 'x'.repeat(1_100_000);

test.each([
  'root/.cache/pip/http-v2/a',
  'home/app/.cache/uv/archive-v0/a',
  'root/.npm/_cacache/content-v2/a',
  'usr/local/share/.cache/yarn/v6/a',
  'root/.local/share/pnpm/store/v3/a',
  'opt/conda/pkgs/numpy-1.conda',
  'opt/miniconda3/pkgs/numpy-1.tar.bz2',
  'root/go/pkg/mod/cache/download/a',
  'usr/local/cargo/registry/cache/a',
  'var/cache/apk/APKINDEX.tar.gz',
  'var/cache/dnf/a',
])('%s fails', (name) => {
  expect(messagesOf(judgeFiles(hygienePackageCaches, { layers: [[{ name, body: BIG }]] }))[0]).toContain(`/${name}`);
});

test.each([
  'root/.cache/huggingface/hub/model.bin',
  'opt/conda/pkgs/numpy-1/lib/numpy.so',
  'app/.npm/notes',
  'usr/lib/python3/site-packages/pip/cache.py',
  'app/cache/pip/x',
])('%s passes', (name) => {
  expect(judgeFiles(hygienePackageCaches, { layers: [[{ name, body: BIG }]] }).status).toBe('passed');
});

test('a little is tolerated, and the setting says how much', () => {
  const layers = [[{ name: 'root/.cache/pip/a', body: 'x'.repeat(9000) }]];
  expect(judgeFiles(hygienePackageCaches, { layers })).toEqual({ status: 'passed', seen: '9.00 kB' });
  expect(judgeFiles(hygienePackageCaches, { layers }, { allow: '8kB' }).status).toBe('failed');
});
