import { describe, expect, test } from '@jest/globals';
import { describeDependencies } from '../../../../src/check/probes/dependencies.ts';
import type { PythonRun } from '../../../../src/check/probes/python-run.ts';
import { pythonPipCheck } from '../../../../src/check/rules/python/python.pip-check.ts';
import type { DependencyFacts } from '../../../../src/model/python-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { distribution, PYTHON, runtimeOf } from '../../../support/python-image.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

const PLATFORM = { os: 'linux', architecture: 'amd64' };
const ENV = { env: ['PATH=/usr/local/bin', 'PYTHON_VERSION=3.11.9'] };

function facts(own: readonly TarSpec[], base: readonly TarSpec[] = [], run?: PythonRun): DependencyFacts {
  return describeDependencies(runtimeOf(own, ENV, [...PYTHON, ...base]), PLATFORM, run);
}
function judge(dependencies: DependencyFacts, settings: unknown = {}) {
  return checkRule(pythonPipCheck, { dependencies }, undefined, settings);
}
function told(tool: 'pip check' | 'uv pip check', output: string, exitCode = 1): PythonRun {
  return { check: { tool, exitCode, output }, imports: { imports: [], left: 0 } };
}

describe('from metadata alone', () => {
  test.each<[string, readonly string[], string | undefined]>([
    ['it is there', ['other>=1.0'], undefined],
    ['another version', ['other>=3'], 'asker 1.0 requires other>=3, but other 2.0 is installed (metadata)'],
    ['it is missing', ['Missing_One~=1.2'], 'asker 1.0 requires missing-one~=1.2, which is not installed (metadata)'],
    ['asked for by URL', ['other @ https://host/other.whl'], undefined],
    ['only on Windows', ['missing; sys_platform == "win32"'], undefined],
    ['only as an extra', ['missing; extra == "dev"'], undefined],
    ['only for older Pythons', ['missing; python_version < "3.11"'], undefined],
    [
      'for this machine',
      ['missing; platform_machine == "x86_64"'],
      'asker 1.0 requires missing, which is not installed (metadata)',
    ],
    ['for a kernel nobody knows', ['missing; platform_release >= "5"'], undefined],
    ['a text that is none', ['!!'], undefined],
    ['a specifier that is none', ['other>=banana'], undefined],
  ])('%s', (_, requires, message) => {
    const dependencies = facts([...distribution('asker', '1.0', requires), ...distribution('other', '2.0')]);
    expect(messagesOf(judge(dependencies))).toEqual(message === undefined ? [] : [message]);
  });

  test('a marker on an unknown patch version is asked for only where every version would ask', () => {
    const requires = ['a; python_full_version < "3.11.4"', 'b; python_full_version >= "3.11"'];
    const runtime = runtimeOf(distribution('asker', '1.0', requires));
    expect(describeDependencies(runtime, PLATFORM).problems.map(({ message }) => message)).toEqual([
      'asker 1.0 requires b, which is not installed',
    ]);
  });

  test('the metadata is the place', () => {
    expect(judge(facts(distribution('asker', '1.0', ['missing'])))).toMatchObject({
      findings: [{ place: { inImage: true, file: expect.stringMatching(/asker-1\.0\.dist-info$/) } }],
    });
  });
});

describe('what the base brought', () => {
  test('a base that is broken by itself is set aside, and counted', () => {
    const judgement = judge(facts([], distribution('asker', '1.0', ['missing'])));
    expect(judgement).toEqual({ status: 'passed', seen: '1 distribution, by metadata, 1 complaint set aside' });
  });
  test('a base that an own layer broke is not', () => {
    const site = 'usr/local/lib/python3.11/site-packages';
    const upgraded = [{ name: `${site}/.wh.other-1.0.dist-info` }, ...distribution('other', '2.0')];
    const base = [...distribution('asker', '1.0', ['other<2']), ...distribution('other', '1.0')];
    expect(messagesOf(judge(facts(upgraded, base)))).toEqual([
      'asker 1.0 requires other<2, but other 2.0 is installed (metadata)',
    ]);
  });
});

describe("from the image's own tool", () => {
  const own = distribution('Asker', '1.0');
  test.each<['pip check' | 'uv pip check', string]>([
    ['pip check', 'asker 1.0 requires missing, which is not installed.'],
    ['pip check', 'WARNING: cache disabled\nasker 1.0 has requirement other<2,>=1, but you have other 2.0.'],
    ['uv pip check', "Using Python 3.11\nThe package `asker` requires `missing>=1`, but it's not installed"],
    ['uv pip check', 'The package `asker` requires `other<2`, but `2.0` is installed'],
  ])('%s: %s', (tool, output) => {
    const judgement = judge(facts(own, [], told(tool, output)));
    expect(messagesOf(judgement)).toEqual([expect.stringMatching(`asker.*\\(${tool}\\)$`)]);
  });

  test('what is accepted by name is counted', () => {
    const dependencies = facts(own, [], told('pip check', 'asker 1.0 requires missing, which is not installed.'));
    expect(judge(dependencies).status).toBe('failed');
    expect(judge(dependencies, { allow: ['ASKER'] })).toEqual({
      status: 'passed',
      seen: '1 distribution, by pip check, 1 complaint set aside',
    });
  });

  // pip#12884, pip#13709: pip itself installed them.
  test('a wheel whose tags name another platform is counted and does not fail', () => {
    const output = 'asker 1.0 is not supported on this platform';
    expect(judge(facts(own, [], told('pip check', output)))).toEqual({
      status: 'passed',
      seen: '1 distribution, by pip check, 1 complaint set aside',
    });
    const both = `${output}\nasker 1.0 requires missing, which is not installed.`;
    expect(messagesOf(judge(facts(own, [], told('pip check', both))))).toEqual([
      'asker 1.0 requires missing, which is not installed (pip check)',
    ]);
  });

  test('content is passed on; a tool that failed without saying why leaves the word to the metadata', () => {
    expect(facts(own, [], told('pip check', 'No broken requirements found.', 0)).source).toBe('pip check');
    expect(facts(own, [], told('pip check', 'Traceback (most recent call last):')).source).toBe('metadata');
    expect(facts(own).source).toBe('metadata');
  });
});

test('many complaints are counted', () => {
  const requires = Array.from({ length: 14 }, (_, index) => `missing-${String(index)}`);
  const messages = messagesOf(judge(facts(distribution('asker', '1.0', requires))));
  expect(messages).toHaveLength(11);
  expect(messages.at(-1)).toBe('and 4 more, such as asker 1.0 requires missing-10, which is not installed (metadata)');
});
