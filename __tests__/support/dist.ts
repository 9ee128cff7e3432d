import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { engineName, keptName } from '../../src/build/names.ts';
import { parseRecord } from '../../src/model/record-parse.ts';
import type { RunRecord } from '../../src/model/record.ts';
import { ACTION, CLI, POST } from './programs.ts';

/** A small repository in a temporary folder, its files given by path; committed, so that it has a branch and a clean tree. */
export interface Repository {
  readonly directory: string;
  readonly output: string;
  /** Full id of the one commit. */
  readonly commit: string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  record(): Promise<RunRecord>;
  remove(): Promise<void>;
}

export async function makeRepository(files: Readonly<Record<string, string>>): Promise<Repository> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  const directory = join(root, 'repository');
  const output = join(root, 'output');
  const write = async (added: Readonly<Record<string, string>>): Promise<void> => {
    for (const [path, text] of Object.entries(added)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
  };
  await write(files);
  const git = (...words: string[]) =>
    execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], { cwd: directory });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message=test');
  return {
    directory,
    output,
    commit: (await git('rev-parse', 'HEAD')).stdout,
    write,
    record: async () => parseRecord(await readFile(join(output, 'record.json'), 'utf8'), 'record.json'),
    remove: async () => {
      await rm(root, { recursive: true, force: true });
      await removeKept(directory);
    },
  };
}

/** Images that runs in this folder left in the engine for the next build there. */
async function removeKept(directory: string): Promise<void> {
  const pattern = keptName(engineName(directory, '*', ''));
  const list = await execa('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', pattern]);
  const names = list.stdout.split('\n').filter((name) => name !== '');
  if (names.length > 0) await execa('docker', ['image', 'rm', ...names]);
}

export interface DistResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the committed command-line bundle as a user would. */
export async function runCli(
  repository: Repository,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<DistResult> {
  const output = ['rules', 'explain', 'doctor', 'verify', 'init'].includes(words[0] ?? '')
    ? []
    : ['--output', repository.output];
  const result = await execa(process.execPath, [CLI, ...words, ...output], {
    cwd: repository.directory,
    env: { NO_COLOR: '1', ...env },
    reject: false,
  });
  return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
}

export interface ActionResult extends DistResult {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly state: Readonly<Record<string, string>>;
}

/** What sets a job off: the payload in a file, and variables beside those of every job. */
export interface RunnerEvent {
  readonly env: Readonly<Record<string, string>>;
  readonly payload: object;
}

const PUSH: RunnerEvent = {
  env: {},
  payload: { repository: { full_name: 'team/project', default_branch: 'main' } },
};

/** Runs the action's main bundle as a runner does: INPUT_* variables and GITHUB_* files; a push to the default branch unless told otherwise. */
export async function runAction(
  repository: Repository,
  inputs: Readonly<Record<string, string>>,
  event: RunnerEvent = PUSH,
): Promise<ActionResult> {
  const files = join(dirname(repository.output), 'runner');
  await mkdir(files, { recursive: true });
  const paths = {
    GITHUB_OUTPUT: join(files, 'output'),
    GITHUB_STEP_SUMMARY: join(files, 'summary'),
    GITHUB_STATE: join(files, 'state'),
    GITHUB_ENV: join(files, 'env'),
    GITHUB_PATH: join(files, 'path'),
  };
  await Promise.all(Object.values(paths).map((path) => writeFile(path, '')));
  await writeFile(join(dirname(repository.output), 'event.json'), JSON.stringify(event.payload));
  const defaults = {
    command: 'ship',
    config: 'slipway.yml',
    reports: 'summary, annotations',
    verbose: 'false',
    output: repository.output,
  };
  const given = Object.entries({ ...defaults, ...inputs }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  const result = await execa(process.execPath, [ACTION], {
    cwd: repository.directory,
    env: { ...runnerEnv(repository), ...event.env, ...paths, ...(Object.fromEntries(given) as Record<string, string>) },
    reject: false,
  });
  return {
    exitCode: result.exitCode ?? -1,
    stdout: result.stdout,
    stderr: result.stderr,
    outputs: parseFileCommands(await readFile(paths.GITHUB_OUTPUT, 'utf8')),
    state: parseFileCommands(await readFile(paths.GITHUB_STATE, 'utf8')),
    summary: await readFile(paths.GITHUB_STEP_SUMMARY, 'utf8'),
  };
}

/** Runs the action's post bundle with the state the main step saved. */
export async function runPost(repository: Repository, state: Readonly<Record<string, string>>): Promise<DistResult> {
  const saved = Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
  const result = await execa(process.execPath, [POST], {
    cwd: repository.directory,
    env: { ...runnerEnv(repository), ...saved },
    reject: false,
  });
  return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
}

/** A push to the default branch, as a runner describes it. */
function runnerEnv(repository: Repository): Record<string, string> {
  const temporary = dirname(repository.output);
  return {
    GITHUB_ACTIONS: 'true',
    CI: 'true',
    GITHUB_WORKSPACE: repository.directory,
    RUNNER_TEMP: temporary,
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: repository.commit,
    GITHUB_EVENT_PATH: join(temporary, 'event.json'),
  };
}

/** `name<<delimiter` blocks, as the toolkit writes them. */
function parseFileCommands(text: string): Record<string, string> {
  const blocks = text.matchAll(/^(?<name>[^\n=<]+)<<(?<end>[^\n]+)\n(?<value>[\s\S]*?)\n\k<end>$/gm);
  return Object.fromEntries([...blocks].map((block) => [block.groups?.['name'] ?? '', block.groups?.['value'] ?? '']));
}

/** Ids of everything in the engine that carries any run label of ours with this value. */
export async function listLabelled(label: string): Promise<string[]> {
  const filter = `label=${label}`;
  const lists = await Promise.all(
    [
      ['ps', '--all', '--quiet', '--filter', filter],
      ['network', 'ls', '--quiet', '--filter', filter],
      ['volume', 'ls', '--quiet', '--filter', filter],
    ].map(async (words) => (await execa('docker', words)).stdout),
  );
  return lists.flatMap((list) => list.split('\n').filter((line) => line !== ''));
}
