import { expect, test } from '@jest/globals';
import { findMissingTool, healthArgv } from '../../../src/check/probes/health-test.ts';
import { blankRuntime } from '../../support/blank.ts';
import { healthcheckOf } from '../../support/runs.ts';

test.each<[string[], string[], string[] | undefined]>([
  [['CMD', 'curl', '-f', 'x'], [], ['curl', '-f', 'x']],
  [['CMD-SHELL', 'curl x || exit 1'], [], ['/bin/sh', '-c', 'curl x || exit 1']],
  [
    ['CMD-SHELL', 'true'],
    ['/bin/bash', '-ec'],
    ['/bin/bash', '-ec', 'true'],
  ],
  [['NONE'], [], undefined],
  [['CMD'], [], undefined],
  [[], [], undefined],
])('%p with shell %p is executed as %p', (words, shell, argv) => {
  expect(healthArgv(blankRuntime({ healthcheck: healthcheckOf(...words), shell }))).toEqual(argv);
});

const argv = ['/bin/sh', '-c', 'curl -f http://localhost/ || exit 1'];
test.each([
  [1, '/bin/sh: 1: curl: not found', 'curl'],
  [1, '/bin/sh: curl: not found\n', 'curl'],
  [127, 'bash: line 1: wget: command not found', 'wget'],
  [127, '/bin/bash: wget: command not found', 'wget'],
  [
    127,
    'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH',
    'curl',
  ],
  [-1, 'exec: "/healthcheck.sh": stat /healthcheck.sh: no such file or directory', '/healthcheck.sh'],
  [126, 'exec: "/healthcheck.sh": permission denied', '/healthcheck.sh'],
  [127, "env: 'python': No such file or directory", 'python'],
  [127, 'env: python3: No such file or directory', 'python3'],
  [1, "ModuleNotFoundError: No module named 'requests'", 'Python module requests'],
  [127, '', '/bin/sh'],
])('exit %i with %p lacks %s', (exitCode, output, tool) => {
  expect(findMissingTool(exitCode, output, argv)).toBe(tool);
});

test.each([
  [0, '/bin/sh: 1: curl: not found'],
  [22, 'curl: (22) The requested URL returned error: 404 Not Found'],
  [1, 'HTTP/1.1 404 Not Found'],
  [7, 'curl: (7) Failed to connect to localhost port 8080: Connection refused'],
  [1, '{"detail":"Not Found"}'],
  [1, 'wget: server returned error: HTTP/1.1 503 Service Unavailable'],
  [-1, 'no end within 3.0 s'],
  [1, ''],
])('exit %i with %p lacks nothing', (exitCode, output) => {
  expect(findMissingTool(exitCode, output, argv)).toBeUndefined();
});
