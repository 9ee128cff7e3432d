import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ProcessResult } from '../../src/model/effects.ts';
import { parseReport, runBuildCheck } from '../../src/plan/build-check.ts';
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
  const fact = await runBuildCheck(makePlanEffects({ programs: { buildx } }), image, '/project');
  expect(fact.state).toBe('known');
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
  const fact = await runBuildCheck(makePlanEffects({ programs }), blankImage(), '/project');
  expect(fact).toEqual({ state: 'skipped', reason: expect.stringMatching(reason) });
});
