import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { registryProgram } from '../support/rig/rig.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  await writeFile(join(folder, 'harmless'), 'nothing');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What `script/rig` runs once the machine is set up. */
const rig = (...words: readonly string[]) =>
  execa(process.execPath, ['script/rig.ts', '--log', `${folder}.log`, '--search', folder, ...words], { reject: false });
/** The header comes by standard input from bash itself: the rig looks for tokens in every program's arguments. */
const MINT =
  'curl -s -H @- "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=x" <<< "authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN"';

(registryProgram === undefined ? describe.skip : describe)('script/rig', () => {
  test('a command runs in the environment of a job, its exit code is kept, and the log holds no token', async () => {
    const run = await rig('bash', '-c', `${MINT} >/dev/null && test -n "$SLIPWAY_RIG_REGISTRY" && exit 7`);
    expect(run).toMatchObject({
      exitCode: 7,
      stdout: expect.stringMatching(/none of its \d+ secrets stands in 1 files/),
    });
    const log = await readFile(`${folder}.log`, 'utf8');
    await rm(`${folder}.log`);
    expect(log).toMatch(/GET \/idtoken → 200/);
    expect(log).not.toMatch(/eyJ|bearer/i);
  });

  test.each([
    ['a file', `${MINT} > "$0/leak"`, /a token stands in .*leak/],
    ['an argument list', 'sh -c "sleep 1" "$ACTIONS_ID_TOKEN_REQUEST_TOKEN"', /a token stands in arguments of sh/],
  ])('a token in %s is found and fails the command', async (_name, script, message) => {
    const run = await rig('bash', '-c', script, folder);
    await rm(`${folder}.log`);
    expect(run).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(message) });
    expect(run.stdout).not.toMatch(/eyJ/);
  });
});
