import { expect, test } from '@jest/globals';
import { parseJson } from '../../../src/model/compose-text.ts';
import { mergedModel } from '../../../src/stack/model.ts';
import { blankImage } from '../../support/blank.ts';
import { planStackOf } from '../../support/compose.ts';
import { makeFolder } from '../../support/folder.ts';

/** A stack that uses every way in which compose puts files together. */
const FILES = {
  '.git/HEAD': '',
  '.env': 'FROM_DOT_ENV=dot\n',
  'base.yml': `include: [part/compose.yml]
services:
  api:
    image: registry.test/acme/api:\${TAG}
    env_file: [api.env]
    environment: { A: base, B: "\${FROM_DOT_ENV}" }
    depends_on: [store]
  worker:
    extends: { file: common.yml, service: base }
  debug:
    image: acme/debug:1
    profiles: [debug]
  never:
    image: acme/never:1
    profiles: [never]
`,
  'override.yml': 'services:\n  api:\n    environment: { A: override }\n    mem_limit: 64m\n',
  'api.env': 'IN_FILE=1\nA=file\n',
  'common.yml': 'services:\n  base:\n    image: acme/worker:2\n    command: [work]\n',
  'part/compose.yml': 'services:\n  store:\n    image: acme/store:3\n    env_file: [store.env]\n',
  'part/store.env': 'STORED=yes\n',
};

async function plan(profiles: readonly string[] = []) {
  const directory = await makeFolder(FILES);
  const env = { TAG: { from: 'literal', value: 'v7' } } as const;
  return planStackOf(directory, {
    files: ['base.yml', 'override.yml'],
    stack: { profiles, env },
    images: [blankImage()],
    registry: 'registry.test/acme',
  });
}

test('several files, an include, an extension, env files and variables become one model', async () => {
  const { merged, problems } = await plan();
  expect(problems).toEqual([]);
  const { services } = mergedModel.parse(parseJson(merged ?? ''));
  expect(Object.keys(services).sort()).toEqual(['api', 'store', 'worker']);
  expect(services['api']).toMatchObject({
    image: 'registry.test/acme/api:v7',
    environment: { A: 'override', B: 'dot', IN_FILE: '1' },
    mem_limit: '67108864',
  });
  expect(services['worker']).toMatchObject({ image: 'acme/worker:2', command: ['work'] });
  expect(services['store']).toMatchObject({ image: 'acme/store:3', environment: { STORED: 'yes' } });
});

test('services of the chosen profiles run, and no others', async () => {
  const { compose } = await plan(['debug']);
  const names = compose.state === 'known' ? compose.value.services.map(({ name }) => name) : [];
  expect(names.toSorted()).toEqual(['api', 'debug', 'store', 'worker']);
});

test('an image that is named under the registry is the candidate', async () => {
  const { compose, images } = await plan();
  const found = compose.state === 'known' ? compose.value.services.find(({ name }) => name === 'api') : undefined;
  expect(found?.images).toEqual(['api']);
  expect(images).toEqual(['api']);
});
