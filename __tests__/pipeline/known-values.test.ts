import { expect, test } from '@jest/globals';
import { join } from 'node:path';
import { part } from '../../script/secrets.d/sample.ts';
import type { ImageConfig } from '../../src/model/config.ts';
import { knownSearch } from '../../src/pipeline/known-values.ts';
import { blankConfig, blankImage } from '../support/blank.ts';
import { makeFolder } from '../support/folder.ts';
import { makePlanEffects } from '../support/plan-effects.ts';

const TOKEN = part('kR7vQ2mX9pL4wN8zB3cF6hJ1sT5y');
const OTHER = part('bX4nM8qW2zR6tY0uP5sD9fG3hJ7k');

async function searched(
  env: Readonly<Record<string, string>>,
  change: Partial<ImageConfig> = {},
  directory = '/nowhere',
): Promise<readonly string[]> {
  const config = blankConfig({ directory, images: [blankImage(change)] });
  return (await knownSearch(makePlanEffects({ env }), config)).searched;
}

test.each<[string, Readonly<Record<string, string>>, Partial<ImageConfig>, readonly string[]]>([
  [
    'a build secret from a variable',
    { NPM: TOKEN },
    { secrets: [{ id: 'npm', source: { from: 'env', name: 'NPM' }, rebuild: false }] },
    ['build secret npm'],
  ],
  ['a variable with a source', { A: TOKEN }, { env: { X: { from: 'env', name: 'A' } } }, ['variable X']],
  ['a weak value with a source', { A: 'hunter42' }, { env: { X: { from: 'env', name: 'A' } } }, ['variable X']],
  ['a literal that a machine made', {}, { env: { API_KEY: { from: 'literal', value: TOKEN } } }, ['variable API_KEY']],
  ['a literal for tests', {}, { env: { DB_PASSWORD: { from: 'literal', value: 'postgres' } } }, []],
  ['a plain literal', {}, { env: { MODE: { from: 'literal', value: TOKEN } } }, []],
  ['secret variables of the run', { STRIPE_API_KEY: TOKEN, EDITOR: OTHER }, {}, ['variable STRIPE_API_KEY']],
  ['a path', { DB_PASSWORD_FILE: '/run/secrets/db', SSH_AUTH_SOCK: '/tmp/ssh-XXX1/agent.12' }, {}, []],
  ['a source that is not there', {}, { env: { X: { from: 'env', name: 'A' } } }, []],
])('%s', async (_case, env, change, names) => {
  expect(await searched(env, change)).toEqual(names);
});

test('one value has one name: that of the place where somebody declared it', async () => {
  const secrets = [{ id: 'npm', source: { from: 'env', name: 'NPM_TOKEN' }, rebuild: false } as const];
  expect(await searched({ NPM_TOKEN: TOKEN }, { secrets })).toEqual(['build secret npm']);
});

test('secrets in files, and the key in the file that Google’s libraries read', async () => {
  const adc = JSON.stringify({ type: 'authorized_user', client_id: 'x', refresh_token: OTHER });
  const directory = await makeFolder({ token: `${TOKEN}\n`, 'adc.json': adc });
  const file = join(directory, 'adc.json');
  const secrets = [{ id: 't', source: { from: 'file', path: 'token' }, rebuild: false } as const];
  expect(await searched({ GOOGLE_APPLICATION_CREDENTIALS: file }, { secrets }, directory)).toEqual([
    'build secret t',
    'refresh_token of the Google credentials file',
  ]);
});

test('a credentials file that is missing or no JSON holds none', async () => {
  expect(await searched({ GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/adc.json' })).toEqual([]);
  const file = join(await makeFolder({ 'adc.json': 'no JSON' }), 'adc.json');
  expect(await searched({ GOOGLE_APPLICATION_CREDENTIALS: file })).toEqual([]);
});

test.each([
  ['GITHUB_TOKEN', TOKEN, true],
  ['INPUT_TOKEN', `gh${part('s')}_${OTHER}${OTHER.slice(0, 8)}`, true],
  ['NPM_TOKEN', TOKEN, false],
])('%s alone decides whether layers are read again: not when it was made for one job', async (name, value, passing) => {
  const config = blankConfig({ images: [blankImage()] });
  const { files, cache } = makePlanEffects();
  const without = await knownSearch({ files, cache, env: {} }, config);
  const given = await knownSearch({ files, cache, env: { [name]: value } }, config);
  expect(given.searched).toEqual([`variable ${name}`]);
  expect(given.key('sha256:1') === without.key('sha256:1')).toBe(passing);
});
