import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSecrets } from '../../src/build/secrets.ts';
import { makeFiles } from '../../src/io/files.ts';
import type { ValueSource } from '../../src/model/check-config.ts';
import type { PlannedImage } from '../../src/model/plan.ts';
import { plannedImage } from '../support/planned.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-secrets-test-'));
  writeFileSync(join(folder, 'token'), 'from a file\n');
  writeFileSync(join(folder, 'long'), 'x'.repeat(140_000));
  writeFileSync(join(folder, 'binary'), 'a\0b');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const image = (name: string, sources: Readonly<Record<string, ValueSource>>): PlannedImage =>
  plannedImage(name, { secrets: Object.entries(sources).map(([id, source]) => ({ id, source, rebuild: false })) });
const read = (...images: readonly PlannedImage[]): ReturnType<typeof readSecrets> =>
  readSecrets(
    { env: { TOKEN: 'from the environment', EMPTY: '' }, files: makeFiles({ temporary: folder }) },
    images,
    folder,
  );

test('each image has variables of its own, for the same id too', async () => {
  const first = image('api', { tok: { from: 'env', name: 'TOKEN' } });
  const second = image('web', { tok: { from: 'file', path: 'token' } });
  const secrets = await read(first, second);
  expect(secrets.env[secrets.variable('api', 'tok')]).toBe('from the environment');
  expect(secrets.env[secrets.variable('web', 'tok')]).toBe('from a file\n');
  expect(secrets.values).toHaveLength(2);
});

describe('a secret that cannot be given', () => {
  test.each([
    ['a variable that is not set', { from: 'env', name: 'NONE' }, 'secret tok of api: env.NONE is not set or empty'],
    ['an empty variable', { from: 'env', name: 'EMPTY' }, 'env.EMPTY is not set or empty'],
    ['a file that is not there', { from: 'file', path: 'nothing' }, 'file.nothing is not set or empty'],
    ['a file that is no text', { from: 'file', path: 'binary' }, 'file.binary is not text'],
    ['a file that is too long', { from: 'file', path: 'long' }, 'file.long is longer than 127 KiB'],
  ] as const)('%s', async (_name, source, message) => {
    await expect(read(image('api', { tok: source }))).rejects.toMatchObject({
      kind: 'user',
      message: expect.stringContaining(message),
    });
  });
  test('all of them are named at once', async () => {
    const missing = { from: 'env', name: 'NONE' } as const;
    await expect(read(image('api', { a: missing }), image('web', { b: missing }))).rejects.toMatchObject({
      message: '2 build secrets cannot be given',
      complaints: [{ message: expect.stringContaining('a of api') }, { message: expect.stringContaining('b of web') }],
    });
  });
});
