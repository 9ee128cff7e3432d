import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createKeeper } from '../../src/image/body-keeper.ts';
import { filesOf } from '../support/file-facts.ts';
import type { TarSpec } from '../support/tar-writer.ts';

const BASE: readonly TarSpec[] = [
  { name: 'usr/', type: '5', mode: 0o755 },
  { name: 'usr/bin/sh', mode: 0o4755, body: 'x', uid: 0, gid: 0 },
  { name: 'bin', type: '2', link: 'usr/bin' },
  { name: 'etc/gone', body: 'gone' },
];
const OWN: readonly TarSpec[] = [
  { name: 'etc/.wh.gone' },
  { name: 'app/b', body: 'bb', mode: 0o666, uid: 10, gid: 20 },
  { name: 'app/a', type: '1', link: 'app/b' },
  { name: 'app/sh', type: '2', link: '../../bin/sh' },
  { name: 'app/ping', body: 'p', pax: { 'SCHILY.xattr.security.capability': 'x' } },
];

test('entries are parents first and sorted, with the owner, mode and layer they have in the merged view', () => {
  const seen = [...filesOf([BASE, OWN], 1).entries()].map(
    ({ path, kind, mode, uid, gid, size, link, capability, layer, base }) =>
      [path, kind, mode.toString(8), uid, gid, size, link, capability, layer, base].join(' '),
  );
  expect(seen).toEqual([
    'app directory 755 0 0 0  false 1 false',
    'app/a file 666 10 20 2  false 1 false',
    'app/b file 666 10 20 2  false 1 false',
    'app/ping file 644 0 0 1  true 1 false',
    'app/sh symlink 644 0 0 0 ../../bin/sh false 1 false',
    'bin symlink 644 0 0 0 usr/bin false 0 true',
    'etc directory 755 0 0 0  false 0 true',
    'usr directory 755 0 0 0  false 0 true',
    'usr/bin directory 755 0 0 0  false 0 true',
    'usr/bin/sh file 4755 0 0 1  false 0 true',
  ]);
});

test('find takes the name as it stands, resolve follows inside the root', () => {
  const files = filesOf([BASE, OWN]);
  expect(files.find('app/sh')).toMatchObject({ kind: 'symlink' });
  expect(files.find('bin/sh')).toBeUndefined();
  expect(files.find('')).toBeUndefined();
  expect(files.resolve('app/sh')).toMatchObject({ path: 'usr/bin/sh', kind: 'file', mode: 0o4755 });
  expect(files.resolve('/bin/../bin/sh')).toMatchObject({ path: 'usr/bin/sh' });
  expect(files.resolve('')).toMatchObject({ path: '', kind: 'directory' });
  expect(files.resolve('etc/gone')).toBeUndefined();
});

test('children follow a symlinked folder and are empty for what is none', () => {
  const files = filesOf([BASE, OWN]);
  expect(files.children('app')).toEqual(['a', 'b', 'ping', 'sh']);
  expect(files.children('bin')).toEqual(['sh']);
  expect(files.children('app/b')).toEqual([]);
  expect(files.children('nowhere')).toEqual([]);
});

test('texts are those of the merged view: the last layer wins, and each name of a hard link has it', () => {
  const files = filesOf([
    [
      { name: 'etc/os-release', body: 'ID=old' },
      { name: 'etc/group', body: 'a:x:1:' },
    ],
    [
      { name: 'etc/os-release', body: 'ID=wrong' },
      { name: 'etc/os-release', body: 'ID=new' },
      { name: 'etc/.wh.group' },
      { name: 'srv/release', type: '1', link: 'etc/os-release' },
    ],
  ]);
  expect([...files.texts].map(([path, body]) => [path, body.toString()])).toEqual([
    ['etc/os-release', 'ID=new'],
    ['srv/release', 'ID=new'],
  ]);
});

test('a folder thousands deep does not overflow the stack', () => {
  const deep = Array.from({ length: 2000 }, () => 'd').join('/');
  const files = filesOf([[{ name: 'x', pax: { path: `${deep}/file` } }]]);
  expect([...files.entries()]).toHaveLength(2001);
});

test('each entry is what find says of its name', () => {
  const name = fc.constantFrom('a', 'b', 'a/c', 'a/d', 'b/.wh.c', '.wh.a', 'b/c', 'e/f/g');
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(name, { maxLength: 6 }), { maxLength: 4 }), (layers) => {
      const specs = layers.map((names) => names.map((entry): TarSpec => ({ name: entry, body: entry })));
      let files;
      try {
        files = filesOf(specs);
      } catch {
        return; // a parent that is a file: damaged, as merge.test.ts holds
      }
      for (const entry of files.entries()) {
        expect(files.find(entry.path)).toEqual(entry);
        expect(files.resolve(entry.path)).toEqual(entry);
      }
    }),
  );
});

test('more kept bytes than the limit are an overflow, not a silent gap', () => {
  const keeper = createKeeper(5);
  const keep = (position: number, text: string) => {
    keeper.open({ path: 'etc/group', mode: 0o644, position });
    keeper.body(Buffer.from(text), 0, text.length);
    keeper.close();
  };
  keep(0, 'abc');
  expect(keeper.overflow()).toBe(false);
  keep(1, 'abc');
  expect(keeper.overflow()).toBe(true);
  expect([...keeper.kept.keys()]).toEqual([0]);
});

test('entries are the same one after the other and made anew each time where there are too many to keep', () => {
  const kept = filesOf([BASE, OWN]);
  const anew = filesOf([BASE, OWN], 1, 3);
  expect(kept.entries()).toBe(kept.entries());
  expect(anew.entries()).not.toBe(anew.entries());
  expect([...anew.entries()]).toEqual([...filesOf([BASE, OWN], 1).entries()]);
  expect([...anew.entries()]).toEqual([...anew.entries()]);
  expect([...filesOf([BASE, OWN], 1, 1).texts]).toEqual([...filesOf([BASE, OWN], 1).texts]);
});
