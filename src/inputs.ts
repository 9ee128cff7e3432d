import { resolve } from 'node:path';
import { nearestWord } from './config/nearest.ts';
import { parseTarget } from './run-flags.ts';
import { GITHUB_REPORTS } from './github-reports.ts';
import type { CacheMode } from './model/config.ts';
import { Fault } from './model/fault.ts';
import { defaultOutput } from './pipeline/output-folder.ts';
import type { Login } from './model/identity.ts';
import { type Needs, parseNeeds, stackJobOf } from './pipeline/needs.ts';
import type { Command, Promotion, Request } from './pipeline/request.ts';
import { REPORT_FORMATS } from './report/report-files.ts';
import { parseRegistryLogins, parseSecrets } from './secrets-input.ts';

/** The action's input table; a test holds it against action.yml and the README. */
export const INPUTS = {
  command:
    'stage to run: ship (the whole story), plan, build, check, stage, stack, gpu, gpu-watch, publish, promote, gate, report or doctor',
  config: 'path of the config',
  reference:
    'for commands check, gpu and stack: images to judge as they are, one a line (registry/name:tag, oci:DIR, docker-archive:FILE); nothing is built; for promote: a digest, a commit or HOST/PATH/IMAGE@sha256:…, default the commit of the event',
  tag: 'for command promote: tags, one a line; a version stands for all tags of its release; default: the tag of the event',
  only: 'image names, one a line; default: all',
  registry: 'publish to this registry; the image name is appended',
  staging: 'where candidates wait; default: from the config',
  'workload-identity-provider': 'the provider that trusts GitHub’s tokens; default: from the config',
  'service-account': 'act as this account; default: from the config',
  to: '`oci:DIR` instead of a registry',
  secrets: 'YAML map of build secrets, NAME: value; the config names them as env.NAME; masked value by value',
  'registry-credentials':
    'YAML map of logins, HOST: { username, password }, for registries without an identity; masked, and never written to disk',
  informational: 'true: report, never block',
  'changed-only': 'true: build only what the diff may affect; default: on pull requests and in merge queues',
  reports:
    'any of summary, annotations, check (a check run), image-checks (one for each image), comment (one on the pull request), release (in the notes of a tag’s release), sarif (uploaded, too, where the job may), and files in the output folder: junit, html, json, markdown',
  'github-token': 'for GitHub’s API: jobs of the run, checks and comments; may be empty',
  cache: 'auto, registry, gha, local or none; default: from the config',
  'prepare-engine': 'true: switch the containerd image store on, on GitHub’s own runners only',
  attempt: 'for command gpu: 2 on the machine that tries again after the first was at fault; default 1',
  workflow:
    'images or verify: the reusable workflow this job is part of; its record is left for the gate as an artifact of the run',
  needs: 'for commands gate and publish: how the jobs before it ended, toJSON(needs)',
  output: 'folder for record and reports; default: $RUNNER_TEMP/slipway',
  verbose: 'true: every rule of every image in the log',
} as const;
type InputName = keyof typeof INPUTS;

export interface ActionInputs {
  readonly request: Request | undefined;
  /** Look at the way to the registry instead. */
  readonly doctor: boolean;
  /** For `gate`: how the jobs before it ended. */
  readonly needs?: Needs;
  /** Folder of the record, for `report`. */
  readonly output: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** By registry host. */
  readonly logins: Readonly<Record<string, Login>>;
  readonly reports: readonly string[];
  /** The config, where it is not the usual one: two of them may share a workflow run. */
  readonly scope: string;
  /** Empty: GitHub’s API is not asked. */
  readonly githubToken: string;
  readonly verbose: boolean;
}

const WORKFLOWS = ['images', 'verify'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

const COMMANDS = [
  'ship',
  'plan',
  'build',
  'check',
  'stage',
  'stack',
  'gpu',
  'gpu-watch',
  'publish',
  'promote',
  'gate',
  'report',
  'doctor',
] as const;
const CACHES: readonly CacheMode[] = ['auto', 'registry', 'gha', 'local', 'none'];
const REPORTS = ['summary', 'annotations'];
const REPORT_NAMES = [...REPORTS, ...GITHUB_REPORTS, ...REPORT_FORMATS];

/** Reads the action's inputs from a runner's environment. Throws a Fault for unknown inputs and for values that make no sense; never repeats a secret's value. */
export function readInputs(env: Environment, workspace: string): ActionInputs {
  refuseUnknown(env);
  const command = oneOf('command', valueOf(env, 'command') ?? 'ship', COMMANDS);
  const output = outputOf(env, workspace);
  const reports = linesOf(env, 'reports').map((report) => oneOf('reports', report, REPORT_NAMES));
  return {
    request:
      command === 'report' || command === 'gate'
        ? undefined
        : toRequest(env, workspace, command === 'doctor' ? 'plan' : command, output),
    doctor: command === 'doctor',
    ...(command === 'gate' ? { needs: parseNeeds(valueOf(env, 'needs') ?? '') } : {}),
    output,
    secrets: parseSecrets(valueOf(env, 'secrets')),
    logins: parseRegistryLogins(valueOf(env, 'registry-credentials')),
    reports: valueOf(env, 'reports') === undefined ? REPORTS : reports,
    scope: scopeOf(valueOf(env, 'config')),
    githubToken: valueOf(env, 'github-token') ?? '',
    verbose: flag(env, 'verbose') ?? false,
  };
}

function scopeOf(config = 'slipway.yml'): string {
  const path = config.replace(/^(?:\.\/)+/, '');
  return path === 'slipway.yml' ? '' : path;
}

function toRequest(env: Environment, directory: string, command: Command, output: string): Request {
  const config = valueOf(env, 'config');
  const cache = valueOf(env, 'cache');
  const informational = flag(env, 'informational');
  const provider = valueOf(env, 'workload-identity-provider');
  const serviceAccount = valueOf(env, 'service-account');
  const registry = valueOf(env, 'registry');
  const staging = valueOf(env, 'staging');
  const to = valueOf(env, 'to');
  const workflow = valueOf(env, 'workflow');
  const changedOnly = flag(env, 'changed-only');
  const given = givenOf(env, command);
  if (registry !== undefined && to !== undefined)
    throw new Fault('the inputs registry and to exclude each other', { where: 'input to', remedy: 'Keep one.' });
  return {
    command,
    directory,
    output,
    only: linesOf(env, 'only'),
    ...(given.length === 0 ? {} : { given }),
    ...(command === 'promote' ? { promotion: promotionOf(env) } : {}),
    containers: true,
    ...(changedOnly === undefined ? {} : { changedOnly }),
    ...(flag(env, 'prepare-engine') === true ? { prepareEngine: true } : {}),
    ...(command === 'gpu' ? { attempt: attemptOf(env) } : {}),
    ...(command === 'publish' ? stackJobFrom(valueOf(env, 'needs')) : {}),
    ...(workflow === undefined ? {} : { workflow: oneOf('workflow', workflow, WORKFLOWS) }),
    // The default is not a wish: without that file, Dockerfiles are found.
    ...(config === undefined || config === 'slipway.yml' ? {} : { config }),
    ...(cache === undefined ? {} : { cache: oneOf('cache', cache, CACHES) }),
    ...(informational === undefined ? {} : { informational }),
    ...(provider === undefined ? {} : { workloadIdentityProvider: provider }),
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
    ...(staging === undefined ? {} : { staging: staging.replace(/\/+$/, '') }),
    ...(registry === undefined
      ? {}
      : { target: { type: 'registry' as const, location: registry.replace(/\/+$/, '') } }),
    ...(to === undefined ? {} : { target: parseTarget(to, directory) }),
  };
}

function stackJobFrom(needs: string | undefined): Pick<Request, 'stackJob'> {
  const stackJob = needs === undefined ? undefined : stackJobOf(parseNeeds(needs));
  return stackJob === undefined ? {} : { stackJob };
}

/** Throws a Fault for a reference beside a command that builds: what is given is only judged. */
function givenOf(env: Environment, command: Command): readonly string[] {
  const given = linesOf(env, 'reference');
  if (command === 'promote') return [];
  if (given.length === 0 || ['check', 'gpu', 'stack'].includes(command)) return given;
  throw new Fault(`the input reference does not go with command: ${command}`, {
    where: 'input reference',
    remedy:
      'Use command: check to judge images that were built elsewhere, command: gpu to try them on a GPU, command: stack to start the stack with them.',
  });
}

function attemptOf(env: Environment): number {
  return Number(oneOf('attempt', valueOf(env, 'attempt') ?? '1', ['1', '2', '3']));
}

/** Going back is not for a workflow to decide by an input: `slipway promote --back` is typed. */
function promotionOf(env: Environment): Promotion {
  const [what, ...others] = linesOf(env, 'reference');
  if (others.length > 0) throw new Fault('one thing is promoted at a time', { where: 'input reference' });
  return { ...(what === undefined ? {} : { what }), tags: linesOf(env, 'tag'), back: false };
}

function outputOf(env: Environment, workspace: string): string {
  const output = valueOf(env, 'output');
  return output === undefined
    ? defaultOutput(env, workspace, valueOf(env, 'config') ?? 'slipway.yml')
    : resolve(workspace, output);
}

/** The runner sets INPUT_<NAME> in upper case; an empty input is one that was not given. */
function valueOf(env: Environment, name: InputName): string | undefined {
  const value = env[`INPUT_${name.toUpperCase()}`]?.trim();
  return value === undefined || value === '' ? undefined : value;
}

function linesOf(env: Environment, name: InputName): string[] {
  return (valueOf(env, name) ?? '')
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function flag(env: Environment, name: InputName): boolean | undefined {
  const value = valueOf(env, name);
  if (value === undefined) return undefined;
  return oneOf(name, value.toLowerCase(), ['true', 'false']) === 'true';
}

function oneOf<T extends string>(name: InputName, value: string, known: readonly T[]): T {
  const found = known.find((word) => word === value);
  if (found !== undefined) return found;
  const near = nearestWord(value, known);
  throw new Fault(`the input ${name} is "${value}"`, {
    where: `input ${name}`,
    remedy: `${near === undefined ? '' : `Did you mean ${near}? `}It takes ${known.join(', ')}.`,
  });
}

function refuseUnknown(env: Environment): void {
  const known: string[] = Object.keys(INPUTS);
  const given = Object.keys(env)
    .filter((key) => key.startsWith('INPUT_'))
    .map((key) => key.slice('INPUT_'.length).toLowerCase());
  const unknown = given.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const complaints = unknown.map((name) => {
    const near = nearestWord(name, known);
    return { message: `unknown input ${name}${near === undefined ? '' : `; did you mean ${near}?`}` };
  });
  throw new Fault('the action was given inputs it does not have', {
    complaints,
    remedy: `It takes ${known.join(', ')}.`,
  });
}
