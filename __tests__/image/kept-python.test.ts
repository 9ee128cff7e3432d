import { expect, test } from '@jest/globals';
import { deriveKept, keptBytes } from '../../src/image/kept-files.ts';

const SITE = 'usr/local/lib/python3.11/site-packages';

test.each([
  [`${SITE}/foo-1.0.dist-info/METADATA`, true],
  [`${SITE}/foo.egg-info/PKG-INFO`, true],
  [`${SITE}/foo-1.0.egg-info`, true],
  [`${SITE}/foo.pth`, true],
  [`${SITE}/__editable___foo_1_0_finder.py`, true],
  ['opt/venv/pyvenv.cfg', true],
  ['etc/ld.so.conf.d/000_cuda.conf', true],
  // The weights of a model.
  ['models/resnet50.pth', false],
  [`${SITE}/foo/weights/x.pth`, false],
  [`${SITE}/foo-1.0.dist-info/RECORD`, false],
  [`${SITE}/foo/METADATA`, false],
])('%s is kept: %s', (path, kept) => {
  expect(keptBytes(path, 0o644) > 0).toBe(kept);
});

function derive(path: string, text: string): string | undefined {
  return deriveKept(path, Buffer.from(text, 'latin1'))?.toString('latin1');
}

test('of metadata the headers that matter are kept, unfolded', () => {
  const text =
    'Metadata-Version: 2.1\nName: foo\nVersion: 1\nRequires-Dist: a ;\n  extra == "x"\nHome-page: y\n\nName: readme';
  expect(derive(`${SITE}/foo-1.dist-info/METADATA`, text)).toBe(
    'Name: foo\nVersion: 1\nRequires-Dist: a ; extra == "x"',
  );
});

test('of code in .pth files and finders only what names a place is kept', () => {
  expect(derive(`${SITE}/a.pth`, '/src\nimport foo_finder; foo_finder.install("x")\n')).toBe(
    '/src\nimport foo_finder\n',
  );
  const finder = 'import sys\nMAPPING: dict[str, str] = {"foo": "/build/foo"}\nSECRET = 1\n';
  expect(derive(`${SITE}/__editable___foo_1_finder.py`, finder)).toBe(
    'MAPPING: dict[str, str] = {"foo": "/build/foo"}',
  );
});

test('an address that may hold a password is not kept, a folder is', () => {
  const place = `${SITE}/foo-1.dist-info/direct_url.json`;
  expect(derive(place, '{"url": "https://user:pw@host/foo.whl"}')).toBeUndefined();
  expect(derive(place, '{"url": "file:///build", "dir_info": {"editable": true}}')).toContain('/build');
});

test('a script whose interpreter stands in its second line keeps both lines', () => {
  const trampoline = `#!/bin/sh\n'''exec' "/opt/a b/bin/python" "$0" "$@"`;
  expect(derive('opt/venv/bin/tool', `${trampoline}\n' '''\nimport sys`)).toBe(trampoline);
  expect(derive('usr/bin/tool', '#!/bin/sh\nexec x\n')).toBe('#!/bin/sh');
});
