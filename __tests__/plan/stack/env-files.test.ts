import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { composeSecretLiteral } from '../../../src/check/rules/compose/compose.secret-literal.ts';
import { parseEnvFile } from '../../../src/plan/stack/env-files.ts';
import { linesOf, readStackOf } from '../../support/compose.ts';
import { makeFolder } from '../../support/folder.ts';

// No secret of anybody.
const WEAK = ['dev', 'password'].join('');

async function judge(service: string, files: Readonly<Record<string, string>>, tracked: readonly string[]) {
  const compose = `services:\n  db:\n    image: postgres:15\n${service}`;
  const directory = await makeFolder({ 'docker-compose.yml': compose, ...files });
  execFileSync('git', ['-C', directory, 'init', '-q']);
  if (tracked.length > 0) execFileSync('git', ['-C', directory, 'add', '-f', ...tracked]);
  const fact = await readStackOf(directory);
  if (fact.state !== 'known') throw new Error(JSON.stringify(fact));
  return linesOf(composeSecretLiteral.check({ compose: fact.value }, { settings: { allow: [] } }));
}

test.each([
  ['    env_file: db.env'],
  ['    env_file: [other.env, db.env]'],
  ['    env_file:\n      - path: ./db.env\n        required: false'],
])('%j: a password in a file of the repository is found at its line there', async (service) => {
  const files = { 'db.env': `# of the database\nPOSTGRES_USER=app\nPOSTGRES_PASSWORD="${WEAK}"\n`, 'other.env': '' };
  expect(await judge(service, files, ['db.env', 'other.env'])).toEqual([
    expect.stringMatching(/^db\.env:3 db: POSTGRES_PASSWORD is a literal \(11 characters/),
  ]);
});

test.each([
  ['an untracked file', '    env_file: .env', { '.env': `POSTGRES_PASSWORD=${WEAK}\n` }, []],
  ['a variable', '    env_file: a.env', { 'a.env': 'POSTGRES_PASSWORD=${PW}\n' }, ['a.env']],
  ['a placeholder', '    env_file: a.env', { 'a.env': 'API_KEY=your-key-here\n' }, ['a.env']],
  [
    'a name that is set again',
    '    env_file: a.env\n    environment: { POSTGRES_PASSWORD: "${PW}" }',
    { 'a.env': `POSTGRES_PASSWORD=${WEAK}\n` },
    ['a.env'],
  ],
])('%s passes', async (_, service, files, tracked) => {
  expect(await judge(service, files, tracked)).toEqual([]);
});

test('lines of an env file', () => {
  const text = `A=1\n # B=2\nexport C = three # no part of it\nD='$x'\nE="a b" # c\nnone\nF=\n`;
  expect(parseEnvFile(text).map(({ name, text: value, line }) => [name, value, line])).toEqual([
    ['A', '1', 1],
    ['C', 'three', 3],
    ['D', '$$x', 4],
    ['E', 'a b', 5],
    ['F', '', 7],
  ]);
});
