import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { findProgram, type RealRegistry, startDockerRegistry } from '../support/docker-registry.ts';
import { makeRepository, type Repository, runCli } from '../support/dist.ts';
import { removeImageNames } from '../support/running.ts';

const MINUTES = 3 * 60_000;
const SPDX = 'https://spdx.dev/Document';
/** A stand-in for a scanner, as small as its protocol allows (github.com/moby/buildkit, docs/attestations/sbom-protocol.md): it lists /etc/marker alone. */
const SCANNER = `FROM debian:bookworm-slim
COPY --chmod=755 <<'SCAN' /scan
#!/bin/sh
cat >$BUILDKIT_SCAN_DESTINATION/standin.spdx.json <<STATEMENT
{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"${SPDX}","predicate":{"name":"$(cat $BUILDKIT_SCAN_SOURCE/etc/marker)"}}
STATEMENT
SCAN
ENTRYPOINT ["/scan"]
`;
const program = findProgram('docker-registry');

let registry: RealRegistry;
let project: Repository;
let scanner = '';
beforeAll(async () => {
  if (program === undefined) return;
  registry = await startDockerRegistry(program);
  scanner = `${registry.host}/standin-scanner:1`;
  project = await makeRepository({
    Dockerfile: 'FROM debian:bookworm-slim\nRUN echo found-by-the-scanner >/etc/marker\nUSER 1000\nCMD ["true"]\n',
    'slipway.yml': `images:\n  job:\n    dockerfile: Dockerfile\n    kind: job\n    sbom-generator: ${scanner}\n`,
  });
  await execa('docker', ['build', '--quiet', '--provenance=false', '--tag', scanner, '-'], { input: SCANNER });
  await execa('docker', ['push', '--quiet', scanner]);
}, MINUTES);
afterAll(async () => {
  if (program === undefined) return;
  await execa('docker', ['image', 'rm', scanner], { reject: false });
  await registry.stop();
  await removeImageNames(project);
  await project.remove();
});

(program === undefined ? describe.skip : describe)('a bill of materials that BuildKit makes', () => {
  test(
    'lies beside the image that is published',
    async () => {
      const layout = join(project.directory, '../layout');
      const shipped = await runCli(project, ['ship', '--no-containers', '--to', `oci:${layout}`]);
      expect(shipped).toMatchObject({ exitCode: 0 });
      const [image] = (await project.record()).images;
      const read = async (digest: string): Promise<unknown> =>
        JSON.parse(await readFile(join(layout, 'blobs', digest.replace(':', '/')), 'utf8'));
      const index = (await read(image?.published?.digest ?? '')) as { manifests: { digest: string }[] };
      const manifests = (await Promise.all(index.manifests.map(({ digest }) => read(digest)))) as {
        layers: { digest: string; annotations?: Record<string, string> }[];
      }[];
      const layers = manifests.flatMap((manifest) => manifest.layers);
      const listed = layers.filter(({ annotations }) => annotations?.['in-toto.io/predicate-type'] === SPDX);
      expect(listed).toHaveLength(1);
      expect(await read(listed[0]?.digest ?? '')).toMatchObject({ predicate: { name: 'found-by-the-scanner' } });
    },
    MINUTES,
  );

  test(
    'a scanner that is not there fails the build and is named',
    async () => {
      const missing = `${registry.host}/no-scanner:1`;
      const config = await readFile(join(project.directory, 'slipway.yml'), 'utf8');
      await project.write({ 'slipway.yml': config.replace(scanner, missing) });
      const built = await runCli(project, ['build']);
      expect(built.exitCode).toBe(1);
      expect(built.stdout).toContain(missing);
    },
    MINUTES,
  );
});
