import { expect, test } from '@jest/globals';
import { makeFiles } from '../../src/io/files.ts';
import { requireBillsOfMaterials } from '../../src/pipeline/artifacts.ts';
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
