import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../fixtures/runtime-images');

/** Small images that each do one thing wrong, built in one go; `remove` takes away their names again. */
export interface RuntimeImages {
  readonly folder: string;
  reference(target: string): string;
  remove(): void;
}

/** Builds every named target of a fixture's Dockerfile with one bake. */
export function buildRuntimeImages(targets: readonly string[], tag: string, folder = FOLDER): RuntimeImages {
  const reference = (target: string): string => `slipway-test/${target}:${tag}`;
  const target = Object.fromEntries(
    targets.map((name) => [
      name,
      { context: folder, target: name, tags: [reference(name)], attest: ['type=provenance,disabled=true'] },
    ]),
  );
  const definition = JSON.stringify({ group: { default: { targets } }, target });
  execFileSync('docker', ['buildx', 'bake', '--progress=quiet', `--allow=fs.read=${folder}`, '-f', '-'], {
    input: definition,
  });
  return {
    folder,
    reference,
    remove() {
      execFileSync('docker', ['image', 'rm', ...targets.map(reference)], { stdio: 'ignore' });
    },
  };
}
