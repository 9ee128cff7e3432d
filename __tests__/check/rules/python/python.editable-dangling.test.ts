import { expect, test } from '@jest/globals';
import { pythonEditableDangling } from '../../../../src/check/rules/python/python.editable-dangling.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { knownPython, PYTHON, SITE } from '../../../support/python-image.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

const direct = (url: string, editable: boolean): TarSpec => ({
  name: `${SITE}/own-1.0.dist-info/direct_url.json`,
  body: JSON.stringify({ url, dir_info: editable ? { editable } : {} }),
});
const finder: TarSpec = {
  name: `${SITE}/__editable___own_1_0_finder.py`,
  body: "MAPPING: dict[str, str] = {'own': '/build/src/own', 'single': '/app/single'}\n",
};

function judge(own: readonly TarSpec[], base: readonly TarSpec[] = PYTHON, settings: unknown = {}) {
  return checkRule(pythonEditableDangling, { python: knownPython(own, {}, base) }, undefined, settings);
}

test.each<[string, readonly TarSpec[], string]>([
  [
    'PEP 610',
    [direct('file:///build', true)],
    'own-1.0.dist-info/direct_url.json points to /build, which is not in the image',
  ],
  [
    '.pth',
    [{ name: `${SITE}/own.pth`, body: '/build/src\n' }],
    'own.pth points to /build/src, which is not in the image',
  ],
  [
    'a relative .pth',
    [{ name: `${SITE}/own.pth`, body: '../gone\n' }],
    'own.pth points to /usr/local/lib/python3.11/gone, which is not in the image',
  ],
  [
    'finder',
    [finder, { name: 'app/single.py' }],
    '__editable___own_1_0_finder.py points to /build/src/own, which is not in the image',
  ],
  [
    'egg-link',
    [{ name: `${SITE}/own.egg-link`, body: '/build\n.' }],
    'own.egg-link points to /build, which is not in the image',
  ],
])('%s', (_, files, message) => {
  expect(messagesOf(judge(files))).toEqual([message]);
});

test.each<[string, readonly TarSpec[]]>([
  ['the folder is there', [direct('file:///build', true), { name: 'build/pyproject.toml' }]],
  ['through a symlink', [direct('file:///build', true), { name: 'build', type: '2', link: 'src' }, { name: 'src/x' }]],
  ['installed from a folder, but for good', [direct('file:///build', false)]],
  ['installed from elsewhere', [direct('https://host/own.whl', true)]],
  [
    'code, comments and empty lines',
    [{ name: `${SITE}/own.pth`, body: '# /gone\n\nimport sys; sys.path.append("/gone")\n' }],
  ],
  ['no .pth file of a site', [{ name: 'models/weights.pth', body: '/gone\n' }, { name: `${SITE}/x.py` }]],
])('passes: %s', (_, files) => {
  expect(judge(files).status).toBe('passed');
});

test('several files that point to one folder are one finding', () => {
  const files = [direct('file:///build', true), { name: `${SITE}/own.pth`, body: '/build\n' }];
  expect(messagesOf(judge(files))).toEqual([
    'own-1.0.dist-info/direct_url.json points to /build, which is not in the image (1 more file as well)',
  ]);
});

test('what is mounted at run time can be accepted, and a base image answers for itself', () => {
  const files = [direct('file:///app/src/own', true)];
  expect(judge(files, PYTHON, { allow: ['/app/src/'] }).status).toBe('passed');
  expect(judge(files, PYTHON, { allow: ['/app/sr'] }).status).toBe('failed');
  expect(judge([], [...PYTHON, ...files]).status).toBe('passed');
});
