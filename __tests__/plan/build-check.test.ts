import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ProcessOptions, ProcessResult } from '../../src/model/effects.ts';
import { parseReport, runBuildChecks } from '../../src/plan/build-check.ts';
import { blankImage } from '../support/blank.ts';
import { makePlanEffects } from '../support/plan-effects.ts';

const REPORT = JSON.stringify({
  warnings: [
    {
      ruleName: 'JSONArgsRecommended',
      description: 'JSON arguments recommended',
      detail: 'JSON arguments recommended for CMD',
      url: 'https://docs.docker.com/go/dockerfile/rule/json-args-recommended/',
      location: { ranges: [{ start: { line: 3 }, end: { line: 3 } }] },
    },
    { ruleName: 'Other', location: { ranges: [{ start: {}, end: {} }] } },
  ],
});
const NO_LINE = REPORT.replace(',"location":{"ranges":[{"start":{},"end":{}}]}', '');

test('warnings become findings with line and page', () => {
  expect(parseReport(NO_LINE)).toEqual({
    state: 'known',
    value: [
      {
        check: 'JSONArgsRecommended',
        message: 'JSON arguments recommended for CMD',
        line: 3,
        url: 'https://docs.docker.com/go/dockerfile/rule/json-args-recommended/',
      },
      { check: 'Other', message: 'Other' },
    ],
  });
  expect(parseReport('{}')).toEqual({ state: 'known', value: [] });
});

test('what is no report is not read as one', () => {
  fc.assert(fc.property(fc.string(), (text) => parseReport(`x${text}`) === undefined));
});

test('buildx is asked for this image, as a program with arguments', async () => {
  const asked: (readonly string[])[] = [];
  const buildx = (argv: readonly string[]): Partial<ProcessResult> => {
    asked.push(argv);
    return { stdout: NO_LINE };
  };
  const image = blankImage({ dockerfile: 'docker/D', context: 'web', target: 'prod', args: { A: '$(id)' } });
  const [fact] = await runBuildChecks(makePlanEffects({ programs: { buildx } }), [image], '/project');
  expect(fact?.state).toBe('known');
  expect(asked).toEqual([
    [
      'build',
      '--call=check,format=json',
      '--progress=quiet',
      '--file=/project/docker/D',
      '--target=prod',
      '--build-arg=A=$(id)',
      '/project/web',
    ],
  ]);
});

test.each([
  ['no buildx', undefined, /^buildx could not be asked: buildx is not installed/],
  ['too slow', { timedOut: true, exitCode: 137 }, /did not answer within 3 s/],
  ['a failure', { exitCode: 1, stderr: 'progress\nERROR: no daemon\n' }, /^buildx said: ERROR: no daemon$/],
] as const)('skipped with the reason: %s', async (_, answer, reason) => {
  const programs = answer === undefined ? {} : { buildx: () => answer };
  const images = [blankImage(), blankImage({ name: 'other' })];
  const skipped = { state: 'skipped', reason: expect.stringMatching(reason) };
  expect(await runBuildChecks(makePlanEffects({ programs }), images.slice(1), '/project')).toEqual([skipped]);
  expect(await runBuildChecks(makePlanEffects({ programs }), images, '/project')).toEqual([skipped, skipped]);
});

test('several images are asked in one process, templates and all', async () => {
  const asked: { argv: readonly string[]; definition: unknown }[] = [];
  const buildx = (argv: readonly string[], options?: ProcessOptions): Partial<ProcessResult> => {
    asked.push({ argv, definition: JSON.parse(String(options?.input)) });
    const report = { 'image-0': { check: JSON.parse(NO_LINE) as unknown }, 'image-1': { check: {} } };
    return { stdout: JSON.stringify({ target: report }), exitCode: 1 };
  };
  const images = [blankImage({ context: 'web', args: { A: '${HOME}' } }), blankImage({ target: 'prod' })];
  const facts = await runBuildChecks(makePlanEffects({ programs: { buildx } }), images, '/project');
  expect(facts).toEqual([parseReport(NO_LINE), { state: 'known', value: [] }]);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    argv: expect.arrayContaining(['bake', '--call=check,format=json', '--allow=fs.read=/project/web']),
    definition: {
      target: { 'image-0': { context: '/project/web', args: { A: '$${HOME}' } }, 'image-1': { target: 'prod' } },
      group: { default: { targets: ['image-0', 'image-1'] } },
    },
  });
});

test('an image that spoils the common answer leaves the others theirs', async () => {
  const buildx = (argv: readonly string[]): Partial<ProcessResult> => {
    if (argv[0] === 'bake') return { exitCode: 1, stderr: 'ERROR: target image-1: no such file' };
    return argv.includes('--target=prod') ? { exitCode: 1, stderr: 'ERROR: no such file' } : { stdout: NO_LINE };
  };
  const images = [blankImage(), blankImage({ target: 'prod' })];
  expect(await runBuildChecks(makePlanEffects({ programs: { buildx } }), images, '/project')).toEqual([
    parseReport(NO_LINE),
    { state: 'skipped', reason: 'buildx said: ERROR: no such file' },
  ]);
});
