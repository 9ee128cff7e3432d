import { expect, test } from '@jest/globals';
import { findTrouble } from '../../src/stack/trouble.ts';

test.each<readonly [string, readonly string[], string | undefined]>([
  ['nothing', [], undefined],
  ['nothing wrong', ['INFO: started', 'listening on 8000'], undefined],
  [
    'a complaint',
    ['FATAL:  could not access file "absent"', 'shutting down'],
    'FATAL:  could not access file "absent"',
  ],
  [
    'an exception before what its server says of it',
    [
      'ERROR: Traceback (most recent call last):',
      'asyncpg.exceptions.UndefinedTableError: relation "chunk" does not exist',
      'ERROR: Application startup failed. Exiting.',
      'Waiting for child process [17]',
    ],
    'asyncpg.exceptions.UndefinedTableError: relation "chunk" does not exist',
  ],
  ['the last of several', ['ValueError: one', 'KeyError: two'], 'KeyError: two'],
  ['no head of a traceback', ['Traceback (most recent call last):'], undefined],
])('%s', (_, lines, expected) => {
  expect(findTrouble(lines)).toBe(expected);
});
