import { expect, test } from '@jest/globals';
import { cmdPresent } from '../../../../src/check/rules/cmd/cmd.present.ts';
import { blankDescription, blankRuntime } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

function judge(entrypoint: readonly string[], command: readonly string[]) {
  return checkRule(cmdPresent, { image: blankDescription({ config: blankRuntime({ entrypoint, command }) }) });
}

test.each([
  [['/app'], []],
  [[], ['/bin/sh', '-c', 'app']],
  [['/app'], ['--port', '80']],
])('ENTRYPOINT %p with CMD %p runs something', (entrypoint, command) => {
  expect(judge(entrypoint, command)).toEqual({ status: 'passed', seen: JSON.stringify([...entrypoint, ...command]) });
});

test.each([
  [[], [], 'neither ENTRYPOINT nor CMD is set'],
  [[''], [], 'the program named by ENTRYPOINT and CMD is empty'],
  [[], [''], 'the program named by ENTRYPOINT and CMD is empty'],
  [[''], ['app'], 'the program named by ENTRYPOINT and CMD is empty'],
])('ENTRYPOINT %p with CMD %p runs nothing', (entrypoint, command, message) => {
  expect(messagesOf(judge(entrypoint, command))).toEqual([message]);
});
