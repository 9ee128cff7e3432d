import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { parseRecord } from '../../src/model/record-parse.ts';
import type { OutcomeRecord, RunRecord } from '../../src/model/record.ts';
import { CLI } from './programs.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
/** What the reference systems' checks want; random, and gone with the run. */
const PASSWORDS = ['POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'MINIO_ROOT_PASSWORD'];

export interface SystemRun {
  readonly exitCode: number;
  readonly output: string;
  readonly record: RunRecord;
  /** Manifest and index digests in the OCI layout. */
  readonly layout: readonly string[];
}

/** Ships a reference system, or some of its images, from this repository to an OCI layout of its own. */
export async function shipSystem(name: string, images: readonly string[] = []): Promise<SystemRun> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  try {
    const only = images.flatMap((image) => ['--only', image]);
    const words = ['--config', `docker/${name}/slipway.yml`, '--output', folder, '--to', `oci:${folder}/oci`, ...only];
    const passwords = PASSWORDS.map((each) => [each, randomBytes(12).toString('hex')] as const);
    const result = await execa(process.execPath, [CLI, 'ship', ...words], {
      cwd: REPOSITORY,
      env: { NO_COLOR: '1', ...Object.fromEntries(passwords) },
      reject: false,
      all: true,
    });
    const text = await readFile(join(folder, 'record.json'), 'utf8');
    const index = await readFile(join(folder, 'oci/index.json'), 'utf8').catch(() => '{"manifests":[]}');
    const { manifests } = JSON.parse(index) as { manifests: { digest: string }[] };
    return {
      exitCode: result.exitCode ?? -1,
      output: result.all,
      record: parseRecord(text, 'record.json'),
      layout: manifests.map(({ digest }) => digest),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Rules of the stack that were judged, by their verdict. */
export function stackRules({ stack }: RunRecord, status: OutcomeRecord['status']): readonly string[] {
  return (stack?.outcomes ?? []).filter((each) => each.status === status).map(({ rule }) => rule);
}

/** Everything that would hold an image or the stack back, in one line each. */
export function blocking({ images, stack }: RunRecord): readonly string[] {
  return [...images, ...(stack === undefined ? [] : [stack])].flatMap(({ name, blocked }) =>
    blocked.map((why) => `${name}: ${why}`),
  );
}
