import { expect, test } from '@jest/globals';
import { envDebugFlags } from '../../../../src/check/rules/env/env.debug-flags.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankDescription, blankRuntime } from '../../../support/blank.ts';

function judge(config: Parameters<typeof blankRuntime>[0], settings: unknown = {}) {
  return checkRule(envDebugFlags, { image: blankDescription({ config: blankRuntime(config) }) }, undefined, settings);
}

test.each(['DEBUG=1', 'DEBUG=True', 'FLASK_ENV=development', 'NODE_ENV=development', 'PYTHONDEVMODE=1', 'DEBUG=*'])(
  '%s fails',
  (variable) => {
    expect(messagesOf(judge({ env: [variable] }))).toEqual([`${variable} switches a development mode on`]);
  },
);

test.each([
  'DEBUG=0',
  'DEBUG=',
  'NODE_ENV=production',
  'APP_ENV=staging',
  'DEBUG_LEVEL=1',
  'DEBIAN_FRONTEND=noninteractive',
])('%s passes', (variable) => {
  expect(judge({ env: [variable] }).status).toBe('passed');
});

test.each([
  [['uvicorn', 'app:app', '--reload'], '--reload'],
  [['/bin/sh', '-c', 'exec uvicorn app:app --reload'], '--reload'],
  [['node', '--inspect=0.0.0.0:9229', 'x.js'], '--inspect=0.0.0.0:9229'],
  [['npm', 'run', 'dev'], 'npm run dev'],
  [['python', 'manage.py', 'runserver', '0.0.0.0:80'], 'runserver'],
  [['/usr/local/bin/nodemon', 'x.js'], '/usr/local/bin/nodemon'],
])('%j fails', (command, found) => {
  expect(messagesOf(judge({ command }))).toEqual([expect.stringContaining(JSON.stringify(found))]);
});

test.each([
  [['uvicorn', 'app:app']],
  [['gunicorn', '--reload-engine=auto']],
  [['npm', 'run', 'devices']],
  [['app', '--debug-level', '3']],
])('%j passes', (command) => {
  expect(judge({ command }).status).toBe('passed');
});

test('what is meant is allowed', () => {
  expect(judge({ env: ['DEBUG=1'], command: ['x', '--reload'] }, { allow: ['DEBUG', '--reload'] }).status).toBe(
    'passed',
  );
});
