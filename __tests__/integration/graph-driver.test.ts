import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { type DistResult, makeRepository, type Repository } from '../support/dist.ts';

/** A second engine that keeps images with the graph driver, in a network namespace of its own; starting one needs root. */
const ENGINE = 'graphs';
const SECOND_ENGINE = resolve('script/second-engine');
const MINUTES = 5 * 60_000;
const root = process.getuid?.() === 0;

/** A job, which has no readiness that a busy machine could spoil. */
const DOCKERFILE = `FROM python:3.11-slim
COPY hello.txt /
USER 10001
CMD ["python", "-c", "print(open('/hello.txt').read())"]
`;
const CONFIG = `images:
  api:
    dockerfile: Dockerfile
    kind: job
    compression: zstd
    run: [{ stdout: /hello/, within: 2m }]
`;

let project: Repository | undefined;
beforeAll(async () => {
  if (root) await execa(SECOND_ENGINE, ['up', ENGINE]);
}, MINUTES);
afterAll(async () => {
  if (root) await execa(SECOND_ENGINE, ['down', ENGINE]);
}, MINUTES);
afterEach(async () => {
  await project?.remove();
});

async function inEngine(words: readonly string[], options: { readonly cwd?: string } = {}): Promise<DistResult> {
  const env = { NO_COLOR: '1' };
  const result = await execa(SECOND_ENGINE, ['exec', ENGINE, ...words], { ...options, env, reject: false });
  return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
}

async function runSource(words: readonly string[], repository: Repository): Promise<DistResult> {
  const program = [process.execPath, resolve('src/cli.ts'), ...words, '--output', repository.output];
  return inEngine(program, { cwd: repository.directory });
}

(root ? describe : describe.skip)('an engine with the graph driver', () => {
  test(
    'runs the whole story: what ran is what is published, and what it cannot do is said',
    async () => {
      project = await makeRepository({ Dockerfile: DOCKERFILE, 'hello.txt': 'hello', 'slipway.yml': CONFIG });
      const layout = join(project.output, '../layout');
      const result = await runSource(['ship', '--to', `oci:${layout}`], project);
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
      const left = await inEngine(['docker', 'image', 'ls', '--filter', 'reference=slipway.local/*/*', '--quiet']);
      expect(left).toMatchObject({ exitCode: 0, stdout: '' });
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
      const result = await runSource(['build'], project);
      expect(result.exitCode).toBe(1);
      const { images } = await project.record();
      expect(images[0]?.build?.failure).toMatchObject({ exitCode: 5, file: 'Dockerfile', line: 2, log: ['boo'] });
    },
    MINUTES,
  );
});
