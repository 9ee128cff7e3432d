import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { findProgram, type RealRegistry, startDockerRegistry } from '../support/docker-registry.ts';
import { type DistResult, makeRepository, type Repository } from '../support/dist.ts';

/** A second engine that keeps images with the graph driver, in a network namespace of its own; starting one needs root. */
const ENGINE = 'graphs';
const SECOND_ENGINE = resolve('script/second-engine');
const MINUTES = 5 * 60_000;
const root = process.getuid?.() === 0;
const registryProgram = findProgram('docker-registry');

/** A job, which has no readiness that a busy machine could spoil. */
const DOCKERFILE = `FROM python:3.11-slim
COPY hello.txt /
USER 10001
CMD ["python", "-c", "import time; print(open('/hello.txt').read(), flush=True); time.sleep(1)"]
`;
const CONFIG = `images:
  api:
    dockerfile: Dockerfile
    kind: job
    compression: zstd
    run: [{ stdout: /hello/, within: 2m }]
`;

let project: Repository | undefined;
let registry: RealRegistry | undefined;
beforeAll(async () => {
  if (root) await execa(SECOND_ENGINE, ['up', ENGINE]);
}, MINUTES);
afterAll(async () => {
  if (root) await execa(SECOND_ENGINE, ['down', ENGINE]);
}, MINUTES);
afterEach(async () => {
  await registry?.stop();
  registry = undefined;
  await project?.remove();
});

async function inEngine(words: readonly string[], options: { readonly cwd?: string } = {}): Promise<DistResult> {
  const env = { NO_COLOR: '1' };
  const result = await execa(SECOND_ENGINE, ['exec', ENGINE, ...words], { ...options, env, reject: false });
  return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
}

async function runBundle(words: readonly string[], repository: Repository): Promise<DistResult> {
  const program = [process.execPath, resolve('dist/cli/index.js'), ...words, '--output', repository.output];
  return inEngine(program, { cwd: repository.directory });
}

(root ? describe : describe.skip)('an engine with the graph driver', () => {
  test(
    'runs the whole story: what ran is what is published, and what it cannot do is said',
    async () => {
      project = await makeRepository({ Dockerfile: DOCKERFILE, 'hello.txt': 'hello', 'slipway.yml': CONFIG });
      const layout = join(project.output, '../layout');
      const result = await runBundle(['ship', '--to', `oci:${layout}`], project);
      expect(result.stdout + result.stderr).toContain('1 image proven and published');
      expect(result.exitCode).toBe(0);

      const { images, engine, notes } = await project.record();
      const [image] = images;
      expect(engine).toMatchObject({ store: 'graph-driver', path: expect.stringContaining('overlay2') });
      expect(notes.join('\n')).toMatch(/provenance is not attached \(api\)[^]*compression stays gzip \(api\)/);
      expect(image?.digests?.index).toBeUndefined();
      expect(image?.published?.digest).toBe(image?.digests?.manifest);

      const hex = image?.digests?.manifest.replace('sha256:', '') ?? '';
      const manifest = JSON.parse(await readFile(join(layout, 'blobs/sha256', hex), 'utf8')) as unknown;
      expect(manifest).toMatchObject({ config: { digest: image?.digests?.config } });
      const left = await inEngine([
        'docker',
        'image',
        'ls',
        '--filter',
        'reference=slipway.local/*/*',
        '--format',
        '{{.Tag}}',
      ]);
      expect(left).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^(?:kept)?$/) });
    },
    MINUTES,
  );
  (registryProgram === undefined ? test.skip : test)(
    'what it publishes to a registry is the image that ran: manifest by digest, config by the engine’s own id',
    async () => {
      registry = await startDockerRegistry(registryProgram ?? '', undefined, [SECOND_ENGINE, 'exec', ENGINE]);
      project = await makeRepository({ Dockerfile: DOCKERFILE, 'hello.txt': 'hello', 'slipway.yml': CONFIG });
      expect(await runBundle(['check', '--cache', 'local'], project)).toMatchObject({ exitCode: 0 });
      const [checked] = (await project.record()).images;
      expect((await project.record()).notes.join('\n')).toMatch(/the build cache is not exported \(api\)/);
      const ids = await inEngine([
        'docker',
        'image',
        'ls',
        '--filter',
        'reference=slipway.local/*/*:kept',
        '--no-trunc',
        '--quiet',
      ]);
      expect(ids.stdout.split('\n')).toContain(checked?.digests?.config);

      const published = await runBundle(['publish', '--registry', `${registry.host}/team`], project);
      expect(published).toMatchObject({ exitCode: 0 });
      const [image] = (await project.record()).images;
      expect(image?.published?.digest).toBe(checked?.digests?.manifest);
      const address = `http://${registry.host}/v2/team/api/manifests/main`;
      const accept = 'application/vnd.docker.distribution.manifest.v2+json';
      const ask = `fetch(${JSON.stringify(address)}, { headers: { accept: ${JSON.stringify(accept)} } }).then(async (answer) => console.log(answer.headers.get('docker-content-digest'), (await answer.json()).config.digest))`;
      const answer = await inEngine([process.execPath, '--eval', ask]);
      expect(answer.stdout).toBe(`${checked?.digests?.manifest ?? ''} ${checked?.digests?.config ?? ''}`);
    },
    MINUTES,
  );
  test(
    'a failing build is shown as on any other engine',
    async () => {
      project = await makeRepository({
        Dockerfile: 'FROM python:3.11-slim\nRUN echo boo; exit 5\n',
        'slipway.yml': CONFIG,
      });
      const result = await runBundle(['build'], project);
      expect(result.exitCode).toBe(1);
      const { images } = await project.record();
      expect(images[0]?.build?.failure).toMatchObject({ exitCode: 5, file: 'Dockerfile', line: 2, log: ['boo'] });
    },
    MINUTES,
  );
});
