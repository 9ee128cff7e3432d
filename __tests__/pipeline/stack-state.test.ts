import { expect, test } from '@jest/globals';
import type { RunRecord } from '../../src/model/record.ts';
import { exitCodeFor } from '../../src/model/record-verdict.ts';
import { runPipeline } from '../../src/pipeline.ts';
import { captureEffects } from '../support/captured-effects.ts';
import { makeFolder } from '../support/folder.ts';

// No secret of anybody.
const WEAK = ['dev', 'password'].join('');
const FILES = {
  'Dockerfile.api': 'FROM scratch\n',
  'Dockerfile.worker': 'FROM scratch\n',
  'docker-compose.yml': `services:
  api:
    build: { context: ., dockerfile: Dockerfile.api }
    environment: { API_PASSWORD: ${WEAK} }
  db:
    image: postgres:15
    environment: { POSTGRES_PASSWORD: "\${PW:?set it}" }
`,
};
const IMAGES = 'images:\n  api: { dockerfile: Dockerfile.api }\n  worker: { dockerfile: Dockerfile.worker }\n';

async function plan(config: string): Promise<RunRecord> {
  const directory = await makeFolder({ ...FILES, 'slipway.yml': config });
  const { effects } = captureEffects({ DOCKER_HOST: `unix://${directory}/no.sock` });
  const output = await makeFolder({});
  return runPipeline(effects, { command: 'plan', directory, only: [], output, containers: false });
}

function blockedOf({ images }: RunRecord): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    images.map(({ name, blocked }) => [name, blocked.filter((why) => why.startsWith('stack'))]),
  );
}

const WITH_ENV = 'stack:\n  files: [docker-compose.yml]\n  env: { PW: any }\n';

test('what blocks the stack blocks the images it starts, and no others', async () => {
  const record = await plan(`${IMAGES}${WITH_ENV}`);
  expect(record.stack).toMatchObject({
    files: ['docker-compose.yml'],
    services: ['api', 'db'],
    images: ['api'],
    blocked: ['compose.secret-literal failed'],
  });
  expect(blockedOf(record)).toEqual({ api: ['stack: compose.secret-literal failed'], worker: [] });
  expect(exitCodeFor(record)).toBe(1);
  expect(record.rules?.some(({ id }) => id === 'compose.secret-literal')).toBe(true);
});

test('a stack that compose cannot read is undecided and blocks every image: nobody knows which it starts', async () => {
  const record = await plan(`${IMAGES}stack: { files: [docker-compose.yml] }\n`);
  const reason = record.stack?.outcomes.find(({ rule }) => rule === 'compose.secret-literal')?.reason;
  expect(reason).toMatch(/PW.*set it.*stack\.env/s);
  expect(Object.values(blockedOf(record)).map((why) => why.length > 0)).toEqual([true, true]);
});

test.each([
  ['for the stack', 'image: stack, '],
  ['for every image', ''],
])('a waiver %s lets it through and is not called unused', async (_, image) => {
  const expires = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const waiver = `waivers: [{ rule: compose.secret-literal, ${image}reason: local only, expires: ${expires}, owner: "@t" }]\n`;
  const one = 'images:\n  api: { dockerfile: Dockerfile.api }\n';
  const record = await plan(`${one}${WITH_ENV}${waiver}`);
  expect(record.stack?.outcomes.find(({ rule }) => rule === 'compose.secret-literal')?.status).toBe('waived');
  expect(blockedOf(record)).toEqual({ api: [] });
  const all = [...record.images.flatMap(({ outcomes }) => outcomes), ...(record.stack?.outcomes ?? [])];
  expect(all.filter(({ rule }) => rule === 'waiver.unused')).toEqual([]);
});

test('a compose file that is not there is said at its line of the config', async () => {
  await expect(plan(`${IMAGES}stack:\n  files: [nowhere.yml]\n`)).rejects.toMatchObject({
    message: 'stack: there is no nowhere.yml',
    where: expect.stringMatching(/^slipway\.yml:5:/),
  });
});

test.each<[string, string, 'stack' | 'gpu', readonly string[], RegExp]>([
  ['a stack that nobody declared is no pass', IMAGES, 'stack', [], /^no stack is declared$/],
  ['a GPU image that the config has not', IMAGES, 'gpu', ['worke'], /^there is no image worke$/],
  ['images without gpu:', IMAGES, 'gpu', ['worker'], /^no image has anything to try on a GPU$/],
])('%s', async (_, config, command, only, refused) => {
  const directory = await makeFolder({ ...FILES, 'slipway.yml': config });
  const { effects } = captureEffects({ DOCKER_HOST: `unix://${directory}/no.sock` });
  const request = { command, directory, only, output: await makeFolder({}), containers: true };
  await expect(runPipeline(effects, request)).rejects.toThrow(refused);
});
