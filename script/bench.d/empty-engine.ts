import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseRecord } from '../../src/model/record-parse.ts';
import { runChild } from './child.ts';

/** Seconds from an engine without any image, build cache or cache mount. */
export interface FromEmpty {
  /** Until the images that CI proves are built. */
  readonly built: number;
  /** Until their stack was ready and had answered, removal included. */
  readonly proven: number;
}

const SECOND_ENGINE = resolve('script/second-engine');
const NAME = 'empty';
/** Nothing but this run ever uses them. */
const PASSWORDS = Object.fromEntries(
  ['POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'MINIO_ROOT_PASSWORD'].map((name) => [name, randomBytes(16).toString('hex')]),
);
const LONG = 30 * 60_000;

/**
 * Builds the images and proves their stack in an engine of its own that is made for it and removed afterwards, so nobody
 * else's caches are touched. Needs root.
 */
export async function measureEmpty(
  system: string,
  images: readonly string[],
  say: (line: string) => void,
): Promise<FromEmpty> {
  const output = await mkdtemp(join(tmpdir(), 'slipway-bench-empty-'));
  await runChild(SECOND_ENGINE, ['down', NAME]);
  await runChild(SECOND_ENGINE, ['up', NAME]);
  try {
    const only = images.flatMap((image) => ['--only', image]);
    const slipway = [process.execPath, resolve('src/cli.ts'), 'stack', '--config', `docker/${system}/slipway.yml`];
    const words = [...slipway, '--output', output, '--quiet', ...only];
    const { seconds } = await runChild(SECOND_ENGINE, ['exec', NAME, ...words], { deadline: LONG, env: PASSWORDS });
    const record = parseRecord(await readFile(join(output, 'record.json'), 'utf8'), 'record.json');
    const built = (record.timeline?.find(({ stage }) => stage === 'build')?.elapsed ?? 0) / 1000;
    say(`${system}: from empty caches built ${built.toFixed(1)} s, proven ${seconds.toFixed(1)} s`);
    return { built, proven: seconds };
  } finally {
    await runChild(SECOND_ENGINE, ['down', NAME]);
    await rm(output, { recursive: true, force: true });
  }
}
