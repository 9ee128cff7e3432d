import { expect, test } from '@jest/globals';
import { dockerfileRedirectedInstall } from '../../../../src/check/rules/dockerfile/dockerfile.redirected-install.ts';
import { dockerfileFacts } from '../../../support/dockerfile-facts.ts';
import { checkRule } from '../../../support/judging.ts';

/** Line and requirement of every finding for a RUN under `FROM a`. */
function findIn(run: string): readonly (readonly [number | undefined, string | undefined])[] {
  const judgement = checkRule(dockerfileRedirectedInstall, { dockerfile: dockerfileFacts(`FROM a\n${run}`) });
  return judgement.status === 'failed' ? judgement.findings.map(({ place, seen }) => [place?.line, seen]) : [];
}

test.each([
  ['one requirement', 'RUN pip install scanpy>=1.9.6', [[2, 'scanpy>=1.9.6']]],
  [
    'each at its own line',
    'RUN pip install \\\n  a>=1.0 \\\n  "b>=2" \\\n  # c>=3\n  d>=4',
    [
      [3, 'a>=1.0'],
      [6, 'd>=4'],
    ],
  ],
  ['behind other commands', 'RUN apt-get update && pip3.11 install a>=1 && true', [[2, 'a>=1']]],
  ['python -m pip', 'RUN python3 -m pip install a>=1', [[2, 'a>=1']]],
  ['a path and variables', 'RUN PIP_NO_CACHE_DIR=1 /opt/venv/bin/pip install a>=1', [[2, 'a>=1']]],
  ['extras', 'RUN pip install uvicorn[standard]>=0.27', [[2, 'uvicorn[standard]>=0.27']]],
  ['less than', 'RUN pip install a<2', [[2, 'a<2']]],
  ['more than', 'RUN pip install a>1.0', [[2, 'a>1.0']]],
  ['with spaces', 'RUN pip install a >=1', [[2, 'a>=1']]],
  ['two bounds', 'RUN pip install a>=1,<2', [[2, 'a>=1,<2']]],
  ['mounts in front', 'RUN --mount=type=cache,target=/root/.cache pip install a>=1', [[2, 'a>=1']]],
  ['uv', 'RUN uv pip install a>=1', [[2, 'a>=1']]],
  ['npm', 'RUN npm install left-pad@>=1', [[2, 'left-pad@>=1']]],
  ['apt', 'RUN apt-get install -y curl>=7', [[2, 'curl>=7']]],
  ['conda', 'RUN conda install -y numpy>=1.26', [[2, 'numpy>=1.26']]],
  ['a here-document', 'RUN <<EOF\nset -e\npip install \\\n  a>=1\nEOF', [[5, 'a>=1']]],
  ['a substitution', 'RUN echo $(pip install a>=1)', [[2, 'a>=1']]],
])('caught: %s', (_, run, expected) => {
  expect(findIn(run)).toEqual(expected);
});

test.each([
  ['quoted', 'RUN pip install "a>=1" \'b<2\''],
  ['escaped', 'RUN pip install a\\>=1'],
  ['exact', 'RUN pip install a==1 b~=2 c!=3'],
  ['a log file', 'RUN pip install a > install.log 2>&1'],
  ['a log file that touches', 'RUN pip install a>/dev/null 2>/tmp/errors'],
  ['a descriptor', 'RUN pip install a 2>1.log'],
  ['a requirements file', 'RUN pip install -r requirements.txt'],
  ['another command', 'RUN test $x >=1 && echo a>=1'],
  ['another command of pip', 'RUN pip list >=1'],
  ['the JSON form', 'RUN ["pip", "install", "a>=1"]'],
  ['a comment at the end', 'RUN pip install a # b>=1'],
  ['a here-document for another program', 'RUN python <<EOF\npip install a>=1\nEOF'],
  ['a here-document with its own interpreter', 'RUN <<EOF\n#!/usr/bin/env python\nx = 1\npip install a>=1\nEOF'],
  ['other instructions', 'ENV A="pip install a>=1"\nLABEL b=c>=1'],
])('left alone: %s', (_, run) => {
  expect(findIn(run)).toEqual([]);
});

test('the finding names what the installer gets and the file that appears', () => {
  const judgement = checkRule(dockerfileRedirectedInstall, {
    dockerfile: dockerfileFacts('FROM a\nRUN pip install scanpy>=1.9.6'),
  });
  expect(judgement).toMatchObject({
    status: 'failed',
    findings: [
      {
        message:
          '`scanpy>=1.9.6` is not quoted: pip gets scanpy without its version, its output goes into a file `=1.9.6`',
        place: { file: 'Dockerfile', line: 2 },
      },
    ],
  });
});
