import { expect, test } from '@jest/globals';
import { cmdShellForm } from '../../../../src/check/rules/cmd/cmd.shell-form.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankDescription, blankRuntime } from '../../../support/blank.ts';

function judge(command: readonly string[], entrypoint: readonly string[] = []) {
  return checkRule(cmdShellForm, { image: blankDescription({ config: blankRuntime({ command, entrypoint }) }) });
}

test.each([
  [['/bin/sh', '-c', 'python app.py'], []],
  [['sh', '-ec', 'python app.py'], []],
  [['/bin/sh', '-c', 'migrate && python app.py'], []],
  [['/bin/bash', '-c', 'migrate && python app.py'], []],
  [[], ['/bin/sh', '-c', 'python app.py']],
  [['/bin/sh', '-c', 'exec migrate; python app.py'], []],
])('%j after %j fails', (command, entrypoint) => {
  expect(messagesOf(judge(command, entrypoint))).toEqual([expect.stringMatching(/^PID 1 is \w+, which runs/)]);
});

test.each([
  [['python', 'app.py'], []],
  [['/bin/sh', '-c', 'exec python app.py'], []],
  [['/bin/sh', '-c', 'migrate && exec python app.py'], []],
  [['/bin/bash', '-c', 'python app.py'], []],
  [['/bin/bash', '-lc', 'python app.py'], []],
  [['/bin/sh', 'start.sh'], []],
  [['bash'], []],
  [
    ['/bin/sh', '-c', 'python app.py'],
    ['tini', '--'],
  ],
])('%j after %j passes', (command, entrypoint) => {
  expect(judge(command, entrypoint).status).toBe('passed');
});

test('CMD under a shell ENTRYPOINT is never read, unless the script hands it on', () => {
  expect(messagesOf(judge(['serve'], ['/bin/sh', '-c', 'exec app']))).toEqual([
    'ENTRYPOINT runs a shell, so that CMD ["serve"] is never read',
  ]);
  expect(judge(['serve'], ['/bin/sh', '-c', 'exec "$@"', '--']).status).toBe('passed');
});
