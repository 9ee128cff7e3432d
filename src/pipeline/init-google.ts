import { join, relative } from 'node:path';
import type { Answers } from '../google/setup/answers.ts';
import type { GoogleSetup } from '../google/setup/setup.ts';
import type { Effects } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { InitGoogleReport } from '../model/init-google.ts';
import { REPOSITORY } from '../model/version.ts';

/** What `slipway init google` was asked: flags as they came, by their names. */
export interface InitGoogleRequest {
  /** Of the repository, absolute. */
  readonly directory: string;
  /** Where the files go, absolute. */
  readonly output: string;
  readonly given: Readonly<Partial<Answers>>;
  /** Write the rules anew from the answers of before and the commits that workflows pin now. */
  readonly update: boolean;
}

type Surroundings = Pick<Effects, 'env' | 'files'>;

/** Writes Terraform, gcloud script and notes for one repository, after trying the rules on claims of every kind of job. Throws a Fault for answers that are missing or wrong, and for a folder that has files already. */
export async function initGoogle(effects: Surroundings, request: InitGoogleRequest): Promise<InitGoogleReport> {
  const { parseAnswers, toSetup } = await import(/* webpackMode: "eager" */ '../google/setup/answers.ts');
  const { ANSWERS_FILE, KEPT_FILES, setupFiles } = await import(/* webpackMode: "eager" */ '../google/setup/files.ts');
  const { renderConfig } = await import(/* webpackMode: "eager" */ '../google/setup/notes.ts');
  const before = await readAnswers(effects, request, ANSWERS_FILE, parseAnswers);
  const answers = parseAnswers(await completeAnswers(effects, request, before));
  const setup = toSetup(answers);
  const folder = relative(request.directory, request.output) || '.';
  const jobs = await tryRules(setup);
  const files = Object.entries(setupFiles(setup, answers, folder));
  const written = files.filter(([name]) => before === undefined || !KEPT_FILES.includes(name));
  await effects.files.makeDirectory(request.output);
  for (const [name, text] of written) await effects.files.writeAtomic(join(request.output, name), text);
  const [old, now] = [before?.['workflow-commit'] ?? [], answers['workflow-commit']];
  return {
    folder,
    files: written.map(([name]) => name),
    jobs,
    dropped: old.filter((commit) => !now.includes(commit)),
    added: now.filter((commit) => !old.includes(commit)),
    config: renderConfig(setup, folder),
  };
}

async function readAnswers(
  { files }: Surroundings,
  { output, update }: InitGoogleRequest,
  name: string,
  parse: (given: unknown, where: string) => Answers,
): Promise<Answers | undefined> {
  const file = join(output, name);
  const there = (await files.stat(file)) !== undefined;
  if (update && there) return parse(JSON.parse(await files.readText(file)), file);
  if (!update && !there) return undefined;
  throw new Fault(update ? 'there is no setup to update' : 'there is a setup already', {
    where: file,
    remedy: update
      ? 'Run slipway init google without --update, or name its folder with --output.'
      : 'Add --update to write its rules anew, or name another folder with --output.',
  });
}

/** Flags first, then the answers of before, then what the repository and the job say. */
async function completeAnswers(
  effects: Surroundings,
  { given, directory }: InitGoogleRequest,
  before: Answers | undefined,
): Promise<unknown> {
  const { env } = effects;
  const staging = given.registry === undefined ? {} : { staging: `${given.registry}-staging` };
  const defaults = {
    ...optional('repository', env['GITHUB_REPOSITORY']),
    ...optional('repository-id', env['GITHUB_REPOSITORY_ID']),
    ...optional('owner-id', env['GITHUB_REPOSITORY_OWNER_ID']),
    ...optional('issuer', issuerOf(env['GITHUB_SERVER_URL'])),
    'default-branch': 'main',
    workflow: `${REPOSITORY}/.github/workflows/images.yml`,
    'pool-id': 'github',
    'provider-id': 'slipway',
    immutable: false,
    ...staging,
  };
  const answers = { ...defaults, ...before, ...given };
  const pinned = await findPins(effects, directory, answers.workflow);
  return { ...answers, 'workflow-commit': [...new Set([...pinned, ...(given['workflow-commit'] ?? [])])] };
}

/** An Enterprise Server signs the tokens of its jobs itself; an enterprise that GitHub runs has to say its issuer. */
function issuerOf(server = ''): string | undefined {
  return server === '' || /^https:\/\/(github\.com|[^/]+\.ghe\.com)$/.test(server)
    ? undefined
    : `${server}/_services/token`;
}

function optional(name: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '' ? {} : { [name]: value };
}

/** Commits at which the repository's own workflows call the one that may publish. */
async function findPins({ files }: Surroundings, directory: string, workflow: string): Promise<readonly string[]> {
  const folder = join(directory, '.github/workflows');
  if ((await files.stat(folder)) === undefined) return [];
  const names = (await files.list(folder)).filter((name) => /\.ya?ml$/.test(name));
  const texts = await Promise.all(names.map((name) => files.readText(join(folder, name))));
  const pins = texts.flatMap((text) => [...text.matchAll(/^\s*(?:-\s+)?uses:\s*["']?([^\s"'#@]+)@([0-9a-f]{40})\b/gm)]);
  return pins.filter(([, called]) => called === workflow).map(([, , commit = '']) => commit);
}

/** The rules are right when every kind of job gets what it is meant to get: another outcome is our bug, and nothing is written. */
async function tryRules(setup: GoogleSetup): Promise<InitGoogleReport['jobs']> {
  const { judgeSamples, sampleJobs } = await import(/* webpackMode: "eager" */ '../google/setup/samples.ts');
  const { conditionOf, mappingOf } = await import(/* webpackMode: "eager" */ '../google/setup/grants.ts');
  const jobs = judgeSamples(mappingOf(setup), conditionOf(setup), sampleJobs(setup));
  const wrong = jobs.find(({ right }) => !right);
  if (wrong !== undefined) throw new Error(`the rules give "${wrong.name}" ${wrong.given}, not ${wrong.wanted}`);
  return jobs.map(({ name, given }) => ({ name, given }));
}
