import { expect, test } from '@jest/globals';
import { makeFiles } from '../../src/io/files.ts';
import { requireBillsOfMaterials, requireSigner } from '../../src/pipeline/artifacts.ts';
import type { Run } from '../../src/pipeline/run.ts';
import { makeFolder } from '../support/folder.ts';

const FILES = { 'good.json': '{"bomFormat":"CycloneDX"}', 'other.json': '{}' };

async function check(sbom: string | undefined): Promise<void> {
  const directory = await makeFolder(FILES);
  const effects = { files: makeFiles({ temporary: directory }) };
  const images = [
    { name: 'api', ...(sbom === undefined ? {} : { sbom }) },
    { name: 'other', sbom: 'missing.json' },
  ];
  await requireBillsOfMaterials({ effects, config: { directory, images } } as unknown as Run, ['api']);
}

test.each([undefined, 'good.json'])(
  'before the build: %s is fine, and another image’s does not matter',
  async (sbom) => {
    await expect(check(sbom)).resolves.toBeUndefined();
  },
);

test.each([
  ['gone.json', 'there is no bill of materials of api'],
  ['other.json', 'this is no bill of materials'],
])('before the build: %s is refused', async (sbom, message) => {
  await expect(check(sbom)).rejects.toThrow(message);
});

test.each<[string, 'auto' | 'required' | 'off', string | undefined, boolean]>([
  ['no identity and no wish', 'auto', 'no identity', true],
  ['an identity', 'required', undefined, true],
  ['no identity, and unsigned is not enough', 'required', 'no identity', false],
  ['nothing to sign', 'off', 'no identity', true],
])('before the build: %s', (_name, sign, unavailable, fine) => {
  const run = { config: { sign }, effects: { signatures: { unavailable } } } as unknown as Run;
  const check = (): void => {
    requireSigner(run);
  };
  if (fine) expect(check).not.toThrow();
  else expect(check).toThrow('what is published has to be signed, and it cannot be: no identity');
});
