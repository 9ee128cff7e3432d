import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDirectUrl } from '../../../src/check/python/direct-url.ts';
import { parseEntryPoints } from '../../../src/check/python/entry-points.ts';
import { parseMetadata, parseRequiresTxt } from '../../../src/check/python/metadata.ts';
import { parseFinderMapping, parsePth } from '../../../src/check/python/pth.ts';
import { isPythonName, parseShebang } from '../../../src/check/python/shebang.ts';

describe('METADATA', () => {
  test('headers end at the first empty line, names are in any case, long lines are folded', () => {
    const text =
      'Metadata-Version: 2.1\nname: Foo\nVersion: 1.0\r\nRequires-Dist: a>=1\nRequires-Dist: b ;\n  extra == "x"\n' +
      'License: line one\n        line two\n\nRequires-Dist: from-the-readme\n';
    expect(parseMetadata(text)).toEqual({ name: 'Foo', version: '1.0', requires: ['a>=1', 'b ; extra == "x"'] });
  });
  test.each(['', 'Name: x', 'Version: 1', 'Name:\nVersion: 1'])('%p is none', (text) => {
    expect(parseMetadata(text)).toBeUndefined();
  });
  test('requires.txt: sections of extras are left out, markers kept', () => {
    const text = 'a>=1\n\n[:python_version < "3"]\nb\n\n[dev]\nc\n\n[dev:os_name == "nt"]\nd\n';
    expect(parseRequiresTxt(text)).toEqual(['a>=1', 'b ; python_version < "3"']);
  });
  test('no text makes them throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseMetadata(text);
        parseRequiresTxt(text);
        parseEntryPoints(text);
        parsePth(text);
        parseFinderMapping(text);
        parseDirectUrl(text);
        parseShebang(text);
      }),
    );
  });
});

// As long as what is kept of such a file: anything worse than linear would take minutes.
test.each([' ', '\t', '=', 'a=', '[', '\\', "'", '/', '%', '\n '])('a long line of %p is read at once', (piece) => {
  const long = piece.repeat(65_536 / piece.length);
  for (const text of [long, `a${long}b`, `[x]\na${long}b = ${long}`, `MAPPING = {'a': '${long}`, `#!${long}`]) {
    expect(parseEntryPoints(text)).toEqual([]);
    parseMetadata(`Name: a\nRequires-Dist: ${text}`);
    parsePth(text);
    parseFinderMapping(text);
    parseDirectUrl(text);
    parseShebang(text);
  }
});

test('entry_points.txt', () => {
  const text =
    '# x\n[console_scripts]\nuvicorn = uvicorn.main:main\npip3.11=pip:main\nold = a.b:c [extra]\nwrong\n[other]\nx = y\n';
  expect(parseEntryPoints(text)).toEqual([
    { group: 'console_scripts', name: 'uvicorn', module: 'uvicorn.main', attribute: 'main' },
    { group: 'console_scripts', name: 'pip3.11', module: 'pip', attribute: 'main' },
    { group: 'console_scripts', name: 'old', module: 'a.b', attribute: 'c' },
    { group: 'other', name: 'x', module: 'y', attribute: '' },
  ]);
  expect(parseEntryPoints('= a:b\nx = a:b:c\nx = a b\nx =')).toEqual([]);
});

test.each([
  ['/build/src\n', ['/build/src']],
  ['\u00ef\u00bb\u00bf# comment\n\n../lib \r\n', ['../lib']],
  ['import __editable___foo_1_0_finder; __editable___foo_1_0_finder.install()', []],
  ['import\tsys, types', []],
  ['important', ['important']],
])('.pth %p', (text, paths) => {
  expect(parsePth(text)).toEqual(paths);
});

test('an editable finder tells where it looks', () => {
  const text = `import sys\nMAPPING: dict[str, str] = {'foo': '/build/src/foo', "b": '/it\\'s'}\nNAMESPACES: dict = {'x': ['/y']}\n`;
  expect([...parseFinderMapping(text)]).toEqual([
    ['foo', '/build/src/foo'],
    ['b', "/it's"],
  ]);
  expect(parseFinderMapping('MAPPING = {}').size).toBe(0);
});

test.each([
  ['{"url": "file:///build", "dir_info": {"editable": true}}', { path: '/build', editable: true }],
  ['{"url": "file:///a%20b/%C3%A9", "dir_info": {}}', { path: '/a b/\u00c3\u00a9', editable: false }],
  ['{"url": "file://localhost/x", "archive_info": {}}', { path: '/x', editable: false }],
  ['{"url": "https://host/foo.git", "vcs_info": {"vcs": "git"}}', undefined],
  ['{"url": "file://other/x"}', undefined],
  ['{"url": 1}', undefined],
  ['no JSON', undefined],
])('direct_url.json %s', (text, expected) => {
  expect(parseDirectUrl(text)).toEqual(expected);
});

test.each([
  ['#!/opt/venv/bin/python', { kind: 'path', path: '/opt/venv/bin/python' }],
  ['#! /usr/bin/python3 -I', { kind: 'path', path: '/usr/bin/python3' }],
  ['#!/usr/bin/env python3', { kind: 'name', name: 'python3' }],
  ['#!/usr/bin/env -S A=1 python3 -u', { kind: 'name', name: 'python3' }],
  ['#!/usr/bin/env', undefined],
  [`#!/bin/sh\n'''exec' "/a b/bin/python" "$0" "$@"`, { kind: 'path', path: '/a b/bin/python' }],
  [`#!/bin/sh\n'''exec' /long/bin/python "$0" "$@"`, { kind: 'path', path: '/long/bin/python' }],
  [`#!/bin/sh\n'''exec' "$(dirname -- "$(realpath -- "$0")")"/'python' "$0" "$@"`, undefined],
  ['#!/bin/sh', { kind: 'path', path: '/bin/sh' }],
  ['#!', undefined],
  ['import os', undefined],
])('shebang %p', (head, expected) => {
  expect(parseShebang(head)).toEqual(expected);
});

test.each([
  ['/usr/bin/python3.11', true],
  ['python', true],
  ['pypy3.10', true],
  ['python3.13t', true],
  ['/usr/bin/python3-config', false],
  ['/usr/bin/perl', false],
])('%s is a Python: %s', (program, expected) => {
  expect(isPythonName(program)).toBe(expected);
});
