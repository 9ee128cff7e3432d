import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { makeGoogleIdentity } from '../../src/io/google-identity.ts';
import { identityContext } from '../support/rig/identity.ts';
import { registryProgram, type Rig, startRig } from '../support/rig/rig.ts';
import { makeSettings, PROVIDER } from '../support/rig/settings.ts';
import { writeTar } from '../support/tar-writer.ts';

let rig: Rig;
let folder: string;
beforeAll(async () => {
  if (registryProgram === undefined) return;
  rig = await startRig();
  folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
});
afterAll(async () => {
  await rig.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The rig is no mock of ours: what Artifact Registry's documentation tells people to type works against it. */
(registryProgram === undefined ? describe.skip : describe)('a real docker client', () => {
  const docker = (words: readonly string[], input?: string | Uint8Array) =>
    execa('docker', ['--config', folder, ...words], { reject: false, ...(input === undefined ? {} : { input }) });

  test('logs in as oauth2accesstoken and pushes; without the role it is refused in Google’s words', async () => {
    const { identity, credentials } = makeGoogleIdentity(identityContext(rig));
    identity.use({ provider: PROVIDER }, [rig.registry]);
    const login = await credentials(rig.registry);
    if (login?.type !== 'basic') throw new Error('no credentials');
    const reference = `${rig.registry}/my-project/haystack/client:1`;
    expect(
      await docker(['login', '--username', login.username, '--password-stdin', rig.registry], login.password),
    ).toMatchObject({ exitCode: 0 });
    expect(await docker(['image', 'import', '-', reference], writeTar([{ name: 'a', body: 'x' }]))).toMatchObject({
      exitCode: 0,
    });
    try {
      expect(await docker(['push', reference])).toMatchObject({ exitCode: 0 });
      rig.settings.bindings = [];
      const refused = await docker(['push', reference]);
      expect(refused.exitCode).not.toBe(0);
      expect(refused.stderr).toMatch(/denied|uploadArtifacts|403/i);
    } finally {
      Object.assign(rig.settings, makeSettings());
      await docker(['image', 'rm', reference]);
    }
  }, 120_000);
});
