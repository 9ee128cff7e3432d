import { expect, test } from '@jest/globals';
import { isDockerfile, nameImages } from '../../src/config/discover.ts';

test.each(['Dockerfile', 'Dockerfile.api', 'Dockerfile-api', 'api.Dockerfile', 'Containerfile', 'Containerfile.gpu'])(
  '%s is a Dockerfile',
  (name) => {
    expect(isDockerfile(name)).toBe(true);
  },
);

test.each([
  'Dockerfile.dockerignore',
  'Dockerfile.rego',
  'Dockerfile.md',
  'Dockerfile~',
  'Dockerfile.bak',
  'Dockerfiles',
  'dockerfile.txt',
  'MyDockerfile',
  '.Dockerfile',
  'docker-compose.yml',
  'Makefile',
])('%s is not', (name) => {
  expect(isDockerfile(name)).toBe(false);
});

test.each([
  [['Dockerfile'], [['app', '.']]],
  [['docker/Dockerfile'], [['app', '.']]],
  [
    ['docker/Dockerfile.api', 'docker/Dockerfile.ML_gpu'],
    [
      ['api', '.'],
      ['ml-gpu', '.'],
    ],
  ],
  [['api.Dockerfile'], [['api', '.']]],
  [
    ['services/api/Dockerfile', 'services/web/Dockerfile'],
    [
      ['api', 'services/api'],
      ['web', 'services/web'],
    ],
  ],
  [
    ['a/api/Dockerfile', 'b/api/Dockerfile'],
    [
      ['api', 'a/api'],
      ['b-api', 'b/api'],
    ],
  ],
  [
    ['a/docker/Dockerfile', 'docker/Dockerfile'],
    [
      ['a', 'a'],
      ['app', '.'],
    ],
  ],
  [
    ['Dockerfile', 'app/Dockerfile'],
    [
      ['app', '.'],
      ['app-2', 'app'],
    ],
  ],
  [['ä/Dockerfile'], [['image', 'ä']]],
])('%j are named', (dockerfiles, expected) => {
  expect(nameImages(dockerfiles, 'app').map(({ name, context }) => [name, context])).toEqual(expected);
});
