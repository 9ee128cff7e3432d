import { describe, expect, test } from '@jest/globals';
import type { Config, ImageConfig } from '../../src/model/config.ts';
import { findAffected } from '../../src/plan/affected.ts';
import { blankConfig, blankImage } from '../support/blank.ts';
import { makeFolder } from '../support/folder.ts';
import { makePlanEffects } from '../support/plan-effects.ts';

const FILES = {
  'slipway.yml': '',
  'docker/Dockerfile.api': 'FROM python:3.11-slim\nCOPY requirements.txt services/api /app/\nCOPY --from=tools /x /y\n',
  'docker/Dockerfile.web':
    'ARG BASE\nFROM ${BASE:-node:20}\nCOPY services/web/*.js /app/\nRUN --mount=type=bind,source=shared true\n',
  'docker/Dockerfile.tools': 'FROM scratch\nCOPY . /\n',
  'docker/Dockerfile.worker': 'FROM registry.example.com/team/tools:1\nCOPY services/worker /w\n',
  'docker/Dockerfile.odd': 'FROM python:3.11\nCOPY $FROM_BASE /w\n',
  'docker/Dockerfile.trigger': 'FROM python:3-onbuild\n',
  'docker/Dockerfile.base': 'FROM python:3.11\nONBUILD COPY app /app\n',
  'docker/Dockerfile.app': 'ARG BASE=team/base:1\nFROM $BASE\nUSER 1000\n',
  'docker/Dockerfile.plain': 'FROM python:3.11\nUSER 1000\n',
  'docker/Dockerfile.own': 'FROM python:3.11 AS b\nONBUILD COPY src /src\nFROM b\n',
  'docker/Dockerfile.other': '# syntax=ghcr.io/somebody/frontend:1\nFROM scratch\n',
  'docker/Dockerfile.usual': '# syntax=docker/dockerfile:1.7@sha256:0\nFROM scratch\n',
  'docker/Dockerfile.tools.dockerignore': '*\n!tools\n',
  '.dockerignore': '**/*.md\n',
  'compose/docker-compose.yml': 'services: { db: { image: x, env_file: [env/db.env], volumes: ["./init:/init"] } }\n',
};
const image = (name: string, change: Partial<ImageConfig> = {}): ImageConfig =>
  blankImage({ name, dockerfile: `docker/Dockerfile.${name}`, ...change });
const compose = { file: 'compose/docker-compose.yml', service: 'db' };
const IMAGES = [
  image('api', { with: [compose] }),
  image('web', { sbom: 'sbom/web.json' }),
  image('tools'),
  image('worker'),
  image('odd'),
  image('trigger'),
];

async function affectedBy(paths: readonly string[], change: Partial<Config> = {}, links: readonly string[] = []) {
  const directory = await makeFolder(FILES);
  const effects = makePlanEffects();
  const config = blankConfig({ directory, images: IMAGES, ...change });
  return Object.fromEntries(await findAffected(effects, config, { paths, links }));
}
/** Images that take the whole context whatever is written in their Dockerfile. */
const VAGUE = ['odd', 'trigger'];
const ALL = IMAGES.map(({ name }) => name);

describe('a change of', () => {
  test.each<[string, string[], string[]]>([
    ['the config', ['slipway.yml'], ALL],
    ['a Dockerfile', ['docker/Dockerfile.web'], ['web', ...VAGUE]],
    [
      'an ignore file beside one, and what is made from that image',
      ['docker/Dockerfile.tools.dockerignore'],
      ['tools', 'api', 'worker', ...VAGUE],
    ],
    ['the ignore file of the context', ['.dockerignore'], ALL],
    ['a file that is copied', ['services/api/main.py'], ['api', ...VAGUE]],
    ['a file that a pattern names', ['services/web/a.js'], ['web', ...VAGUE]],
    ['a file beside it', ['services/web/a.css'], VAGUE],
    ['a file that a step mounts', ['shared/x/y'], ['web', ...VAGUE]],
    ['an ignored file', ['services/api/README.md'], []],
    ['a file that no Dockerfile takes', ['docs/x.txt'], VAGUE],
    ['a folder of a submodule above what is copied', ['services'], ['api', 'web', 'worker', ...VAGUE]],
    ['what an ignore file lets back in', ['tools/a'], ['tools', 'api', 'worker', ...VAGUE]],
    ['the services it is checked with', ['compose/docker-compose.yml'], ['api', ...VAGUE]],
    ['a file that those name', ['compose/env/db.env'], ['api', ...VAGUE]],
    ['a folder that those mount', ['compose/init/1.sql'], ['api', ...VAGUE]],
    ['its bill of materials', ['sbom/web.json'], ['web', ...VAGUE]],
    ['a file outside of the folder', ['../README'], []],
    ['nothing', [], []],
  ])('%s', async (_, paths, names) => {
    expect(Object.keys(await affectedBy(paths)).toSorted()).toEqual(names.toSorted());
  });

  const ONES = ['base', 'app', 'plain', 'own', 'other', 'usual'].map((name) => image(name));
  test.each<[string, string[], string[]]>([
    ['what a trigger of a base in the config may take', ['app/main.py'], ['base', 'app', 'own', 'other']],
    ['a base that is named by a variable', ['docker/Dockerfile.base'], ['base', 'app', 'own', 'other']],
    ['the policy beside a Dockerfile', ['docker/Dockerfile.plain.rego'], ['base', 'app', 'plain', 'own', 'other']],
    ['a file outside of every context', ['../x'], []],
  ])('%s', async (_, paths, names) => {
    expect(Object.keys(await affectedBy(paths, { images: ONES })).toSorted()).toEqual(names.toSorted());
  });

  test('a file below a folder that is linked to counts for every image of the context', async () => {
    expect(Object.keys(await affectedBy(['real/x'], {}, ['services/api/link'])).toSorted()).toEqual(
      ['api', 'odd', 'trigger', 'web', 'worker'].toSorted(),
    );
  });

  test('the stack counts for every image', async () => {
    const place = { file: 'slipway.yml' };
    const stack = {
      ...{ files: [{ path: compose.file, place }], profiles: [], env: {} },
      written: new Set<string>(),
      places: {},
    };
    const reasons = await affectedBy(['compose/env/db.env'], {
      stack: stack as unknown as NonNullable<Config['stack']>,
    });
    expect(reasons).toMatchObject({ web: 'compose/env/db.env changed, which belongs to the stack' });
    const whole = await affectedBy(['services/api/x'], { stack: stack as unknown as NonNullable<Config['stack']> });
    expect(whole).toMatchObject({
      api: 'services/api/x changed',
      web: 'api may change, and a stack is proven as a whole',
    });
    expect(await affectedBy([], { stack: stack as unknown as NonNullable<Config['stack']> })).toEqual({});
  });

  test('an unreadable Dockerfile or ignore file leaves nothing out', async () => {
    const images = [image('gone'), image('api', { context: 'services' })];
    expect(await affectedBy(['services/api/x'], { images })).toMatchObject({ gone: 'services/api/x changed' });
  });

  test('each says why', async () => {
    expect(await affectedBy(['services/api/a.py', 'services/api/b.py', 'tools/x'])).toMatchObject({
      api: 'services/api/a.py and 1 more changed',
      tools: 'tools/x changed',
      worker: 'tools may change, and it is made from that',
    });
  });
});
