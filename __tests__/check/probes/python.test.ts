import { describe, expect, test } from '@jest/globals';
import { firstWord } from '../../../src/check/command-words.ts';
import { findCompiledModules } from '../../../src/check/probes/compiled-modules.ts';
import { visibleDistributions } from '../../../src/check/probes/python-sites.ts';
import type { TarSpec } from '../../support/tar-writer.ts';
import {
  distribution,
  knownPython,
  link,
  program,
  PYTHON,
  pythonOf,
  runtimeOf,
  SITE,
} from '../../support/python-image.ts';

const VENV = 'opt/venv/lib/python3.11/site-packages';
function venv(config = 'home = /usr/local/bin\nversion_info = 3.11.9\n'): TarSpec[] {
  return [
    { name: 'opt/venv/pyvenv.cfg', body: config },
    link('opt/venv/bin/python', '/usr/local/bin/python3'),
    ...distribution('own', '1.0', [], { site: VENV }),
  ];
}

test('an image without Python is told apart from one whose Python is not on its PATH', () => {
  expect(pythonOf([], {}, [program('bin/sh')]).fact).toEqual({
    state: 'skipped',
    reason: 'there is no Python in the image',
  });
  const hidden = knownPython([], { command: ['/bin/app'] }, [
    program('usr/libexec/platform-python3.6'),
    program('x/python3.6'),
  ]);
  expect(hidden.runtime).toBeUndefined();
  expect(hidden.interpreters).toEqual([{ path: 'x/python3.6', version: '3.6' }]);
});

describe('which Python runs', () => {
  test.each<[string, readonly string[], readonly string[], string]>([
    ['the first on PATH', [], ['PATH=/opt/venv/bin:/usr/local/bin'], '/opt/venv/bin/python'],
    ['the one of the command', ['/opt/venv/bin/python', '-m', 'x'], [], '/opt/venv/bin/python'],
    ['the one of the script', ['/opt/venv/bin/serve'], [], '/opt/venv/bin/python'],
    [
      'the one of the script behind a shell',
      ['/bin/sh', '-c', 'exec /opt/venv/bin/serve --x'],
      [],
      '/opt/venv/bin/python',
    ],
    ['the one of VIRTUAL_ENV', ['/bin/entry'], ['VIRTUAL_ENV=/opt/venv'], '/opt/venv/bin/python'],
    ['the one of the project', ['uv', 'run', 'x'], [], '/app/.venv/bin/python'],
    ['the official one', ['/bin/entry'], [], '/usr/local/bin/python'],
  ])('%s', (_, command, env, expected) => {
    const scripts = [
      program('opt/venv/bin/serve', '#!/opt/venv/bin/python\n'),
      program('bin/entry', '#!/bin/sh\n'),
      program('usr/bin/uv'),
      link('app/.venv/bin/python', '/usr/local/bin/python3'),
    ];
    const runtime = runtimeOf([...venv(), ...scripts], { command, env, workingDirectory: '/app' });
    expect(runtime).toMatchObject({ program: expected, version: '3.11' });
  });

  test('a name without a version is read from the library beside it', () => {
    const files = [program('opt/py/bin/python3'), { name: 'opt/py/lib/python3.12/os.py' }];
    expect(runtimeOf(files, { env: ['PATH=/opt/py/bin'] }, []).version).toBe('3.12');
  });
});

describe('what it sees', () => {
  const base = [...PYTHON, ...distribution('system', '1.0')];
  const names = (files: readonly TarSpec[], env: readonly string[]) => {
    const { sites } = runtimeOf(files, { env, user: '' }, base);
    return [...visibleDistributions(sites).keys()];
  };
  test('a virtual environment sees itself alone, unless it says otherwise', () => {
    expect(names(venv(), ['PATH=/opt/venv/bin'])).toEqual(['own']);
    expect(names(venv('include-system-site-packages = true'), ['PATH=/opt/venv/bin'])).toEqual(['own', 'system']);
  });
  test('PYTHONPATH comes first, user packages and .pth folders count', () => {
    const files = [
      ...distribution('declared', '1', [], { site: 'app/deps' }),
      ...distribution('users', '1', [], { site: 'root/.local/lib/python3.11/site-packages' }),
      ...distribution('linked', '1', [], { site: 'usr/lib/python3/dist-packages' }),
      { name: `${SITE}/debian.pth`, body: '/usr/lib/python3/dist-packages\n' },
    ];
    const env = ['PATH=/usr/local/bin', 'PYTHONPATH=deps', 'HOME=/root'];
    const { sites } = runtimeOf(files, { env, workingDirectory: '/app' }, base);
    expect([...visibleDistributions(sites).keys()]).toEqual(['declared', 'users', 'system', 'linked']);
  });
  test("Debian's Python looks into its own folders, and old metadata is read", () => {
    const files = [
      { name: 'usr/lib/python3/dist-packages/Old_Thing.egg-info/PKG-INFO', body: 'Name: Old.Thing\nVersion: 2\n' },
      { name: 'usr/lib/python3/dist-packages/Old_Thing.egg-info/requires.txt', body: 'six\n' },
      { name: 'usr/lib/python3/dist-packages/flat-1.egg-info', body: 'Name: flat\nVersion: 1\n' },
      { name: 'usr/lib/python3/dist-packages/broken-1.dist-info/METADATA', body: 'Name: broken\n' },
    ];
    const { sites } = runtimeOf(files, {}, [program('usr/bin/python3.11'), link('usr/bin/python3', 'python3.11')]);
    const visible = visibleDistributions(sites);
    expect([...visible.keys()]).toEqual(['old-thing', 'flat']);
    expect(visible.get('old-thing')?.requires).toEqual(['six']);
  });
});

test('the patch version comes from the virtual environment, else from the base, else it is not known', () => {
  expect(runtimeOf(venv(), { env: ['PATH=/opt/venv/bin'] }).fullVersion).toBe('3.11.9');
  expect(runtimeOf([], { env: ['PYTHON_VERSION=3.11.2'] }).fullVersion).toBe('3.11.2');
  expect(runtimeOf([], { env: ['PYTHON_VERSION=3.12.0'] })).not.toHaveProperty('fullVersion');
});

test('compiled modules are those of the own layers that hold a library', () => {
  const { files } = pythonOf(
    [
      { name: `${SITE}/numpy/__init__.py` },
      { name: `${SITE}/numpy/core/_multiarray.cpython-311-x86_64-linux-gnu.so` },
      { name: `${SITE}/numpy.libs/libopenblas.so` },
      { name: `${SITE}/_cffi_backend.cpython-311-x86_64-linux-gnu.so` },
      { name: `${SITE}/nvidia/cublas/lib/libcublas.so` },
      { name: `${SITE}/pure/__init__.py` },
    ],
    {},
    [...PYTHON, { name: `${SITE}/torch/__init__.py` }, { name: `${SITE}/torch/_C.so` }],
  );
  const runtime = runtimeOf([], {}, [...PYTHON, { name: `${SITE}/torch/__init__.py` }]);
  expect(findCompiledModules(files, runtime)).toEqual(['_cffi_backend', 'numpy']);
});

test.each<[readonly string[], string | undefined]>([
  [['uvicorn', 'x'], 'uvicorn'],
  [['/usr/bin/tini', '--', 'gunicorn'], 'gunicorn'],
  [['/bin/sh', '-c', 'exec uvicorn app:app'], 'uvicorn'],
  [['sh', '-ec', 'x'], 'x'],
  [['/usr/bin/env', 'A=1', 'python3'], 'python3'],
  [['/bin/sh', '-c', ''], ''],
  [[], undefined],
  [Array<string>(20).fill('exec'), undefined],
])('the program of %p is %p', (argv, expected) => {
  expect(firstWord(argv)).toBe(expected);
});
