import { expect, test } from '@jest/globals';
import { withLogins } from '../../src/io/given-logins.ts';
import type { GoogleIdentity } from '../../src/io/google-identity.ts';

const google = {
  hosts: () => ['us-east1-docker.pkg.dev', 'ghcr.io'],
  credentials: (host: string) =>
    Promise.resolve(host === 'ghcr.io' || host.endsWith('pkg.dev') ? { type: 'bearer', token: 'minted' } : undefined),
} as unknown as GoogleIdentity;

test('a login is shown to its own host and before anything else, and hidden in every form it is sent in', async () => {
  const hidden: string[] = [];
  const both = withLogins(
    google,
    { 'ghcr.io': { username: 'robot', password: 'sesame-open' } },
    { hide: (text) => hidden.push(text) },
  );
  expect(both.hosts()).toEqual(['ghcr.io', 'us-east1-docker.pkg.dev']);
  expect(await both.credentials('ghcr.io')).toEqual({ type: 'basic', username: 'robot', password: 'sesame-open' });
  expect(await both.credentials('us-east1-docker.pkg.dev')).toEqual({ type: 'bearer', token: 'minted' });
  expect(await both.credentials('docker.io')).toBeUndefined();
  expect(await both.credentials('toString')).toBeUndefined();
  expect(hidden).toEqual(['sesame-open', Buffer.from('robot:sesame-open').toString('base64')]);
});
