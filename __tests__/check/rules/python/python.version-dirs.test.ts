import { expect, test } from '@jest/globals';
import { pythonVersionDirs } from '../../../../src/check/rules/python/python.version-dirs.ts';
import type { ImageRuntimeConfig } from '../../../../src/model/image.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { distribution, knownPython, link, program, PYTHON } from '../../../support/python-image.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

const OTHER = 'usr/local/lib/python3.12/site-packages';
const VENV = 'opt/venv/lib/python3.11/site-packages';
const venv = (target: string) => [
  { name: 'opt/venv/pyvenv.cfg', body: 'home = /x\n' },
  link('opt/venv/bin/python', target),
  ...distribution('own', '1', [], { site: VENV }),
];

function judge(own: readonly TarSpec[], config: Partial<ImageRuntimeConfig> = {}, base: readonly TarSpec[] = PYTHON) {
  return checkRule(pythonVersionDirs, { python: knownPython(own, config, base) });
}

test.each<[string, readonly TarSpec[], readonly TarSpec[], string]>([
  [
    'packages of another version',
    distribution('own', '1', [], { site: OTHER }),
    PYTHON,
    `1 distribution for Python 3.12 in /${OTHER} cannot be imported: the image has Python 3.11`,
  ],
  [
    'modules without metadata',
    [{ name: `${OTHER}/own.py` }],
    PYTHON,
    `1 module for Python 3.12 in /${OTHER} cannot be imported: the image has Python 3.11`,
  ],
  [
    'no Python',
    distribution('own', '1', [], { site: OTHER }),
    [],
    `1 distribution for Python 3.12 in /${OTHER} cannot be imported: the image has no Python at all`,
  ],
  [
    'a virtual environment whose Python stayed behind',
    venv('/root/.local/bin/python3.11'),
    PYTHON,
    `1 distribution for Python 3.11 in /${VENV} cannot be imported: /opt/venv/bin/python leads to no Python of the image`,
  ],
  [
    'a virtual environment on another Python',
    venv('/usr/bin/python3.12'),
    [...PYTHON, program('usr/bin/python3.12')],
    `1 distribution for Python 3.11 in /${VENV} cannot be imported: /opt/venv/bin/python is Python 3.12`,
  ],
])('%s', (_, own, base, message) => {
  expect(messagesOf(judge(own, {}, base))).toEqual([message]);
});

test.each<[string, readonly TarSpec[], Partial<ImageRuntimeConfig>]>([
  ['the same version', distribution('own', '1'), {}],
  ['an empty folder', [{ name: OTHER, type: '5' }, { name: `${OTHER}/README.txt` }], {}],
  ['a second interpreter', [...distribution('own', '1', [], { site: OTHER }), program('usr/bin/python3.12')], {}],
  [
    'an embedded interpreter',
    [...distribution('own', '1', [], { site: OTHER }), { name: 'opt/app/libpython3.12.so.1.0' }],
    {},
  ],
  ['a virtual environment', venv('/usr/local/bin/python3'), {}],
  [
    'PYTHONPATH into a virtual environment without its Python',
    venv('/gone/python3.11'),
    { env: [`PYTHONPATH=/${VENV}`] },
  ],
])('passes: %s', (_, own, config) => {
  expect(judge(own, config)).toMatchObject({ status: 'passed' });
});

test('a base image answers for itself', () => {
  expect(judge([], {}, [...PYTHON, ...distribution('own', '1', [], { site: OTHER })]).status).toBe('passed');
});
