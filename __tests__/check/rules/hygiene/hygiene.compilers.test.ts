import { expect, test } from '@jest/globals';
import { hygieneCompilers } from '../../../../src/check/rules/hygiene/hygiene.compilers.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { messagesOf } from '../../../support/judging.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

const PROGRAM = { mode: 0o755, body: 'x' };

test.each([
  ['usr/bin/gcc', 'gcc'],
  ['usr/bin/x86_64-linux-gnu-g++-12', 'g++'],
  ['usr/bin/clang-15', 'clang'],
  ['usr/bin/make', 'make'],
  ['usr/local/cuda-12.1/bin/nvcc', 'nvcc'],
  ['root/.cargo/bin/cargo', 'cargo'],
])('%s is %s', (name, tool) => {
  expect(messagesOf(judgeFiles(hygieneCompilers, { layers: [[{ name, ...PROGRAM }]] }))).toEqual([
    `/${name}: ${tool} is in the image`,
  ]);
});

test.each<[string, readonly TarSpec[]]>([
  ['a link that leads nowhere', [{ name: 'usr/bin/cc', type: '2', link: 'gcc' }]],
  ['a file that cannot be run', [{ name: 'usr/bin/gcc', mode: 0o644 }]],
  ['completion for gcc', [{ name: 'usr/share/bash-completion/completions/gcc', ...PROGRAM }]],
  ['a node module', [{ name: 'app/node_modules/.bin/make', ...PROGRAM }]],
  ['gcc’s base package', [{ name: 'var/lib/dpkg/info/gcc-12-base:amd64.list' }]],
  ['a script with such an end', [{ name: 'usr/bin/my-makefile', ...PROGRAM }]],
  [
    'tools of another kind',
    [
      { name: 'usr/bin/gcov', ...PROGRAM },
      { name: 'usr/bin/ccache-swig', ...PROGRAM },
    ],
  ],
])('%s passes', (_, entries) => {
  expect(judgeFiles(hygieneCompilers, { layers: [entries] }).status).toBe('passed');
});

test('development packages of Debian and Alpine are named', () => {
  const debian = ['libpq-dev', 'libssl-dev:amd64'].map((name) => ({ name: `var/lib/dpkg/info/${name}.list` }));
  expect(messagesOf(judgeFiles(hygieneCompilers, { layers: [debian] }))).toEqual([
    '2 development packages are installed: libpq-dev, libssl-dev',
  ]);
  const alpine = [{ name: 'lib/apk/db/installed', body: 'C:Q1\nP:musl\nV:1\n\nP:musl-dev\nV:1\n\nP:.build-deps\n' }];
  expect(messagesOf(judgeFiles(hygieneCompilers, { layers: [alpine] }))).toEqual([
    '1 development package is installed: musl-dev',
  ]);
});

test('allowing gcc allows what it needs, and nothing else', () => {
  const layers = [
    [
      { name: 'usr/bin/gcc', ...PROGRAM },
      { name: 'var/lib/dpkg/info/libc6-dev:amd64.list' },
      { name: 'var/lib/dpkg/info/libgcc-12-dev:amd64.list' },
    ],
  ];
  expect(judgeFiles(hygieneCompilers, { layers }, { allow: ['gcc'] }).status).toBe('passed');
  const more = [...layers, [{ name: 'usr/bin/make', ...PROGRAM }]];
  expect(messagesOf(judgeFiles(hygieneCompilers, { layers: more }, { allow: ['gcc'] }))).toHaveLength(1);
});

test('what the base brought is said to', () => {
  const judgement = judgeFiles(hygieneCompilers, { layers: [[{ name: 'usr/bin/gcc', ...PROGRAM }]], base: 1 });
  expect(judgement).toMatchObject({ findings: [{ remedy: expect.stringContaining('slim or runtime variant') }] });
});
