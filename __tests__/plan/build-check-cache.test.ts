import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ImageConfig } from '../../src/model/config.ts';
import type { ProcessResult } from '../../src/model/effects.ts';
import { findBuildChecks } from '../../src/plan/build-check-cache.ts';
import { blankImage } from '../support/blank.ts';
import { makePlanEffects, type PlanScript } from '../support/plan-effects.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-build-check-'));
  await writeFile(join(directory, 'Dockerfile'), 'FROM scratch\n');
});
afterEach(() => rm(directory, { recursive: true }));

const WARNING = JSON.stringify({ warnings: [{ ruleName: 'StageNameCasing' }] });
const FOUND = { state: 'known', value: [{ check: 'StageNameCasing', message: 'StageNameCasing' }] };
const image = (changes: Partial<ImageConfig> = {}) =>
  blankImage({ dockerfile: 'Dockerfile', context: '.', ...changes });

function makeWorld(answer: Partial<ProcessResult> = { stdout: WARNING }, script: PlanScript = { engine: {} }) {
  let asked = 0;
  const buildx = () => {
    asked += 1;
    return answer;
  };
  return { effects: makePlanEffects({ programs: { buildx }, ...script }), asked: () => asked };
}

test('the same files and arguments are asked once', async () => {
  const { effects, asked } = makeWorld();
  expect(await findBuildChecks(effects, [image()], directory)).toEqual([FOUND]);
  expect(await findBuildChecks(effects, [image()], directory)).toEqual([FOUND]);
  expect(asked()).toBe(1);
});

test.each<readonly [string, string, string, Partial<ImageConfig>]>([
  ['the Dockerfile', 'Dockerfile', 'FROM scratch\nCOPY . .\n', {}],
  ['an ignore file', '.dockerignore', '*.md\n', {}],
  ['an ignore file of its own', 'Dockerfile.dockerignore', '*.md\n', {}],
  ['the target', 'other', '', { target: 'prod' }],
  ['an argument', 'other', '', { args: { A: '1' } }],
])('%s changed: asked again', async (_, file, text, changes) => {
  const { effects, asked } = makeWorld();
  await findBuildChecks(effects, [image()], directory);
  await writeFile(join(directory, file), text);
  await findBuildChecks(effects, [image(changes)], directory);
  expect(asked()).toBe(2);
});

test('only the image that is not known is asked', async () => {
  const { effects, asked } = makeWorld();
  await findBuildChecks(effects, [image()], directory);
  const both = await findBuildChecks(effects, [image(), image({ name: 'other', target: 'prod' })], directory);
  expect(both).toEqual([FOUND, FOUND]);
  expect(asked()).toBe(2);
});

test.each<readonly [string, string, Partial<ProcessResult>, PlanScript]>([
  [
    'a Dockerfile that names its frontend',
    '# syntax=docker/dockerfile:1\nFROM scratch\n',
    { stdout: WARNING },
    { engine: {} },
  ],
  ['an engine that does not answer', 'FROM scratch\n', { stdout: WARNING }, {}],
  ['no answer', 'FROM scratch\n', { exitCode: 1, stderr: 'no' }, { engine: {} }],
])('%s: nothing is kept', async (_, text, answer, script) => {
  await writeFile(join(directory, 'Dockerfile'), text);
  const { effects, asked } = makeWorld(answer, script);
  await findBuildChecks(effects, [image()], directory);
  await findBuildChecks(effects, [image()], directory);
  expect(asked()).toBe(2);
});

test.each(['', '{}', '[{"check":1}]', 'nothing'])('%j in the cache is no answer', async (stored) => {
  const { effects, asked } = makeWorld();
  effects.cache.get = () => Promise.resolve(Buffer.from(stored));
  expect(await findBuildChecks(effects, [image()], directory)).toEqual([FOUND]);
  expect(asked()).toBe(1);
});
