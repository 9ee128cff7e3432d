import { expect, test } from '@jest/globals';
import { isGoogleHost, parseArtifactRepository } from '../../src/google/artifact-registry.ts';

test.each([
  ['us-east1-docker.pkg.dev/my-project/haystack', 'projects/my-project/locations/us-east1/repositories/haystack'],
  ['us-docker.pkg.dev/my-project/haystack/team', 'projects/my-project/locations/us/repositories/haystack'],
  [
    'europe-west10-docker.pkg.dev/example.com/my-project/haystack/',
    'projects/example.com:my-project/locations/europe-west10/repositories/haystack',
  ],
])('%s', (registry, resource) => {
  expect(parseArtifactRepository(registry)?.resource).toBe(resource);
});

test.each([
  'ghcr.io/acme',
  'us-east1-docker.pkg.dev/my-project',
  'us-east1-docker.pkg.dev.evil.example/p/r',
  'gcr.io/p/r',
])('%s is none', (registry) => {
  expect(parseArtifactRepository(registry)).toBeUndefined();
});

test.each([
  ['us-east1-docker.pkg.dev', true],
  ['gcr.io', true],
  ['eu.gcr.io', true],
  ['evil-docker.pkg.dev.example', false],
  ['docker.pkg.dev', false],
  ['ghcr.io', false],
  ['agcr.io', false],
])('%s takes Google’s tokens: %p', (host, expected) => {
  expect(isGoogleHost(host)).toBe(expected);
});
