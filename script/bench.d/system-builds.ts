import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Builds } from '../systems.d/row.ts';
import { runChild } from './child.ts';

/** The image of a system whose builds are measured, and what a change of code or dependencies touches. */
export interface Measured {
  readonly system: string;
  /** The images that CI proves with the stack. */
  readonly images: readonly string[];
  readonly dockerfile: string;
  readonly context: string;
  readonly args?: Readonly<Record<string, string>>;
  /** Its builder stage, to compare sizes with. */
  readonly builder: string;
  readonly code: string;
  readonly dependencies: string;
  /** A Dockerfile with the document's own builder: stages base, compiler and all. */
  readonly compiled?: string;
}

export const MEASURED: readonly Measured[] = [
  {
    system: 'haystack',
    images: ['api'],
    dockerfile: 'docker/Dockerfile.api',
    context: '.',
    builder: 'dependencies',
    code: 'api/routes.py',
    dependencies: 'api/requirements.txt',
  },
  {
    system: 'demeter',
    images: ['api'],
    dockerfile: 'Dockerfile',
    context: '.',
    args: { ENABLE_GPU: 'false' },
    builder: 'builder',
    code: 'app/main.py',
    dependencies: 'requirements.txt',
    compiled: 'script/bench.d/demeter-builder.Dockerfile',
  },
  {
    system: 'healthbench',
    images: ['backend'],
    dockerfile: 'backend/Dockerfile',
    context: 'backend',
    builder: 'builder',
    code: 'backend/app/main.py',
    dependencies: 'backend/poetry.lock',
  },
  {
    system: 'arakis',
    images: ['api'],
    dockerfile: 'Dockerfile',
    context: '.',
    args: { TEX: 'slim' },
    builder: 'builder',
    code: 'app/main.py',
    dependencies: 'requirements.txt',
  },
  {
    system: 'onprem-rag',
    images: ['api', 'frontend'],
    dockerfile: 'Dockerfile',
    context: '.',
    args: {},
    builder: 'builder',
    code: 'src/rag_system/api/main.py',
    dependencies: 'uv.lock',
  },
];

const STAGES = ['base', 'compiler', 'all'] as const;

/** Bytes of the document's base, of what its compiler adds, and of its whole builder. */
async function measureCompiled(dockerfile: string, folder: string, tag: string): Promise<Builds['compiled']> {
  const [base, compiler, all] = await Promise.all(
    STAGES.map(async (stage) => {
      const words = ['--load', '--file', dockerfile, '--target', stage, '--tag', `${tag}:${stage}`, folder];
      await runChild('docker', ['buildx', 'build', ...words]);
      return sizeOf(`${tag}:${stage}`);
    }),
  );
  return { base: base ?? 0, compiler: (compiler ?? 0) - (base ?? 0), all: all ?? 0 };
}

const sizes = z.array(z.object({ Size: z.number() }));

/** Builds a copy of the system's folder four times, and its builder stage once; the images are removed. */
export async function measureBuilds(measured: Measured, say: (line: string) => void): Promise<Builds> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-systems-'));
  const tag = `slipway-bench-systems/${measured.system}`;
  const build = async (name: string, more: readonly string[] = []): Promise<number> => {
    const args = Object.entries(measured.args ?? {}).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
    const words = ['--file', join(folder, measured.dockerfile), '--tag', `${tag}:${name}`, ...args, ...more];
    const { seconds } = await runChild('docker', [
      'buildx',
      'build',
      '--load',
      ...words,
      join(folder, measured.context),
    ]);
    say(`${measured.system}: ${name} ${seconds.toFixed(1)} s`);
    return seconds;
  };
  // A blank line or a comment: another file to BuildKit, the same program.
  const touch = (path: string): Promise<void> => appendFile(join(folder, path), `\n# ${String(Date.now())}\n`);
  try {
    await cp(join('docker', measured.system), folder, { recursive: true });
    const cold = await build('cold', ['--no-cache']);
    const warm = await build('warm');
    await touch(measured.code);
    const code = await build('code');
    await touch(measured.dependencies);
    const dependencies = await build('dependencies');
    await build('builder', ['--target', measured.builder]);
    return {
      system: measured.system,
      ...{ cold, warm, code, dependencies },
      unpacked: await sizeOf(`${tag}:warm`),
      builder: await sizeOf(`${tag}:builder`),
      ...(measured.compiled === undefined ? {} : { compiled: await measureCompiled(measured.compiled, folder, tag) }),
    };
  } finally {
    const tags = ['cold', 'warm', 'code', 'dependencies', 'builder', ...STAGES].map((name) => `${tag}:${name}`);
    await runChild('docker', ['image', 'rm', '--force', ...tags]).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

/** What its layers add up to, as `docker history` has them. */
async function sizeOf(reference: string): Promise<number> {
  const { stdout } = await runChild('docker', [
    'history',
    '--no-trunc',
    '--human=false',
    '--format',
    '{"Size":{{.Size}}}',
    reference,
  ]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return sizes.parse(JSON.parse(`[${lines.join(',')}]`)).reduce((sum, { Size }) => sum + Size, 0);
}
