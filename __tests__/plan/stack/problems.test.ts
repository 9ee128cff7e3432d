import { expect, test } from '@jest/globals';
import { formatPlace } from '../../../src/model/place.ts';
import { blankImage } from '../../support/blank.ts';
import { planStackOf } from '../../support/compose.ts';
import { makeFolder } from '../../support/folder.ts';

type Around = Parameters<typeof planStackOf>[1];

async function problemsOf(files: Readonly<Record<string, string>>, around: Around = {}): Promise<readonly string[]> {
  const directory = await makeFolder({ '.git/HEAD': '', ...files });
  const { problems } = await planStackOf(directory, around);
  return problems.map(({ message, place }) => `${place === undefined ? '' : `${formatPlace(place)} `}${message}`);
}

const service = (text: string) => ({ 'docker-compose.yml': `services:\n  api:\n    image: x:1\n    ${text}\n` });

test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
  ['nothing', service('restart: always'), []],
  ['a missing env file', service('env_file: [a.env]'), ['docker-compose.yml:4:16 the env file a.env does not exist']],
  ['one that may be missing', service('env_file: [{ path: a.env, required: false }]'), []],
  [
    'a required variable',
    service('environment: { A: "${NOBODY_SET_A:?ask somebody}" }'),
    ['docker-compose.yml:4:23 the variable NOBODY_SET_A is not set ("ask somebody")'],
  ],
  [
    'a variable that is used',
    service('environment: { A: "x-${NOBODY_SET_A}", B: "$NOBODY_SET_AB" }'),
    [
      'docker-compose.yml:4:23 the variable NOBODY_SET_A is not set',
      'docker-compose.yml:4:47 the variable NOBODY_SET_AB is not set',
    ],
  ],
  ['a variable with a default', service('environment: { A: "${NOBODY_SET_A:-}" }'), []],
  ['a variable that matters only to a build or a host', service('ports: ["${NOBODY_SET_A}80:80"]'), []],
  [
    'a missing source of a bind mount',
    service('volumes: ["./data:/data", "named:/n"]\nvolumes: { named: {} }'),
    ['docker-compose.yml:4:15 api mounts ./data, which does not exist'],
  ],
  [
    'a missing file to extend',
    service('extends: { file: base.yml, service: b }'),
    ['docker-compose.yml:4:22 the stack includes or extends base.yml, which does not exist'],
  ],
  [
    'what only compose understands',
    service('networks: [gone]'),
    ['compose cannot read the stack: service "api" refers to undefined network gone: invalid compose project'],
  ],
])('%s', async (_, files, expected) => {
  expect(await problemsOf(files)).toEqual(expected);
});

test('a variable of stack.env whose source is not set is named by both', async () => {
  const env = { KEY: { from: 'env', name: 'NOBODY_SET_A' } } as const;
  const stack = { env, places: { 'stack.env': { file: 'slipway.yml', line: 9 } } };
  expect(await problemsOf(service('environment: { KEY: "${KEY}" }'), { stack })).toEqual([
    'slipway.yml:9 stack.env.KEY takes its value from NOBODY_SET_A, which is not set in the environment of this run',
  ]);
});

test('of several images with one Dockerfile, the one with the service’s arguments is meant', async () => {
  const build = (args: string) => `build: { context: ., args: ${args} }`;
  const directory = await makeFolder({
    Dockerfile: 'FROM scratch\n',
    'docker-compose.yml': `services:\n  a:\n    ${build('{ GPU: "true" }')}\n  b:\n    ${build('{ GPU: other }')}\n`,
  });
  const images = ['true', 'false'].map((gpu) => blankImage({ name: `gpu-${gpu}`, args: { GPU: gpu } }));
  const { compose } = await planStackOf(directory, { images });
  const services = compose.state === 'known' ? compose.value.services : [];
  expect(services.map((each) => each.images)).toEqual([['gpu-true'], ['gpu-true', 'gpu-false']]);
});
