import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { engineName, keptName } from '../../../src/build/names.ts';
import { fragmentName, currentFragments, parseFragmentName } from '../../../src/model/fragment.ts';
import { parseRecord } from '../../../src/model/record-parse.ts';
import type { RunRecord } from '../../../src/model/record.ts';
import { unpackFile } from '../../../src/io/one-file-zip.ts';
import type { GitHubDouble } from '../github/double.ts';
import type { Repository } from '../dist.ts';
import type { Rig } from '../rig/rig.ts';

export interface ActWorld {
  readonly program: string;
  readonly project: Repository;
  readonly rig: Rig;
  readonly github: GitHubDouble;
}
export interface ActEvent {
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Id of the workflow run. */
  readonly run: string;
  readonly attempt?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Folder in front of PATH. */
  readonly bin?: string;
  /** Told of every line while the run goes on. */
  readonly onLine?: (line: string) => void;
  /** Token of the jobs; absent: one with everything the workflow asks for. */
  readonly token?: string;
}
export interface ActResult {
  readonly exitCode: number;
  /** How each job ended, by its name: `build (images)`. A job that was skipped is not in it. */
  readonly jobs: Readonly<Record<string, 'succeeded' | 'failed'>>;
  readonly text: string;
  /** Records that jobs left, by the job's name. */
  readonly records: Readonly<Record<string, RunRecord>>;
}

const LIMIT = 4 * 60_000;

/** Runs the caller's workflow on this machine as a runner would. */
export async function runAct(world: ActWorld, event: ActEvent): Promise<ActResult> {
  const { program, project, rig, github } = world;
  const folder = await mkdtemp(join(tmpdir(), 'slipway-act-'));
  const { run, attempt = 1 } = event;
  const env = { ...rig.env, ...github.jobEnv(run, 'act', attempt), RUNNER_ENVIRONMENT: 'github-hosted', ...event.env };
  // Never on a command line: others on the machine see those.
  const lines = (values: Readonly<Record<string, string>>): string =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('');
  await writeFile(join(folder, 'env'), lines(env), { mode: 0o600 });
  await writeFile(join(folder, 'secrets'), lines({ GITHUB_TOKEN: event.token ?? github.token() }), { mode: 0o600 });
  await writeFile(join(folder, 'event.json'), JSON.stringify(event.payload));
  try {
    // The cache of GitHub Actions in its first protocol, which is what act serves; it goes with the project.
    const kept = join(dirname(project.output), 'actions-cache');
    const cache = ['--cache-server-path', kept, '--cache-server-addr', '127.0.0.1'];
    const words = ['--env-file', join(folder, 'env'), '--secret-file', join(folder, 'secrets')];
    const about = [event.name, '-W', '.github/workflows/ci.yml', '-e', join(folder, 'event.json')];
    const path = [...(event.bin === undefined ? [] : [event.bin]), process.env['PATH'] ?? ''].join(':');
    const options = { cwd: project.directory, reject: false, all: true, timeout: LIMIT } as const;
    const child = execa(program, [...about, ...words, ...PLATFORMS, ...cache], {
      ...options,
      env: { NO_COLOR: '1', PATH: path },
    });
    const { onLine } = event;
    if (onLine !== undefined)
      createInterface({ input: child.all }).on('line', (line) => {
        onLine(stripColour(line));
      });
    const { exitCode = -1, all } = await child;
    const text = stripColour(all);
    const records = readRecords(github, run);
    await removeKept(text, Object.values(records));
    return { exitCode, jobs: parseJobs(text), text, records };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every job builds in a folder of its own, which is gone: nobody would take what it left in the engine. */
async function removeKept(text: string, records: readonly RunRecord[]): Promise<void> {
  const folders = [...text.matchAll(/=(\/\S+)\/tmp\/slipway\/record\.json/g)].map(
    ([, folder = '']) => `${folder}/hostexecutor`,
  );
  const images = [...new Set(records.flatMap((record) => record.images.map(({ name }) => name)))];
  const names = folders.flatMap((folder) => images.map((image) => keptName(engineName(folder, image, ''))));
  if (names.length > 0) await execa('docker', ['image', 'rm', ...names], { reject: false });
}

const PLATFORMS = ['ubuntu-24.04', 'self-hosted', 'gpu'].flatMap((label) => ['-P', `${label}=-self-hosted`]);

function stripColour(text: string): string {
  // eslint-disable-next-line no-control-regex -- act colours whatever it is told
  return text.replaceAll(/\u001B\[[0-9;]*m/g, '');
}

/** `[images/images.yml/build (images)-1] 🏁  Job succeeded` */
function parseJobs(text: string): ActResult['jobs'] {
  const ends = text.matchAll(/^\[[^\]]*\/(?<job>[^\]/]+?)(?:-\d+)?\s*\].*Job (?<end>succeeded|failed)$/gm);
  return Object.fromEntries([...ends].map(({ groups }) => [groups?.['job'] ?? '', groups?.['end'] as 'succeeded']));
}

function readRecords({ state }: GitHubDouble, run: string): Readonly<Record<string, RunRecord>> {
  const own = state.artifacts.filter((artifact) => artifact.run === `run-${run}` && artifact.finalized);
  const named = currentFragments(
    own.flatMap(({ name }) => parseFragmentName(name) ?? []),
    1,
  );
  return Object.fromEntries(
    named.flatMap((fragment) => {
      const artifact = own.find(({ name }) => name === fragmentName(fragment));
      if (artifact === undefined) return [];
      const text = unpackFile(artifact.content, 2 ** 25, artifact.name).toString('utf8');
      return [
        [fragment.key === 'all' ? fragment.job : `${fragment.job} ${fragment.key}`, parseRecord(text, artifact.name)],
      ];
    }),
  );
}
