import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { ComposeService, Placed } from '../../model/compose-facts.ts';
import type { EnvValue } from '../../model/check-config.ts';
import type { Config, ImageConfig } from '../../model/config.ts';
import type { StackConfig } from '../../model/stack-config.ts';
import { findUnsetVariables, findUsedVariables, HOST_KEYS, parseJson } from '../../model/compose-text.ts';
import type { Effects, ProcessResult } from '../../model/effects.ts';
import type { Finding } from '../../model/verdict.ts';
import { known, undecided } from '../../model/facts.ts';
import { Fault, type Complaint } from '../../model/fault.ts';
import { formatPlace } from '../../model/place.ts';
import type { PlannedStack } from '../../model/plan.ts';
import { partAt } from '../../config/located.ts';
import { namesOfImages, readBuild } from './builds.ts';
import { readEnvFiles } from './env-files.ts';
import { explainRefusal, findMissingBinds, findUnset, findUnsetSources } from './problems.ts';
import { findRepository, readVolumes } from './host-paths.ts';
import { composeModel, type ServiceModel } from './model.ts';
import { readService } from './services.ts';
import { readSources, textOf, type ComposeSources } from './sources.ts';

/** Compose only reads files here. */
const DEADLINE = 30_000;

/**
 * The stack as `docker compose config` merges and interpolates it, each value with the line that set it; undefined when
 * none is declared; `planned` are the images of this run, in their order. Throws a Fault for a compose file that is not there or when compose is not installed.
 */
export async function planStack(
  effects: Effects,
  config: Config,
  planned: readonly ImageConfig[] = config.images,
): Promise<PlannedStack | undefined> {
  const { stack } = config;
  if (stack === undefined) return undefined;
  await requireFiles(effects, stack, config.directory);
  const { compose, ...rest } = await readStack(effects, stack, config);
  const all = planned.map(({ name }) => name);
  const started =
    compose.state === 'known' ? new Set(compose.value.services.flatMap(({ images }) => images)) : undefined;
  const images = started === undefined ? all : all.filter((name) => started.has(name));
  return { config: stack, compose, images, ...rest };
}

async function requireFiles(effects: Effects, stack: StackConfig, directory: string): Promise<void> {
  const complaints = await Promise.all(
    stack.files.map(async ({ path, place }): Promise<Complaint[]> => {
      const stat = await effects.files.stat(join(directory, path));
      if (stat?.directory === false) return [];
      return [{ message: `stack: there is no ${path}`, place }];
    }),
  );
  const [first, ...others] = complaints.flat();
  if (first === undefined) return;
  throw new Fault(first.message, {
    ...(first.place === undefined ? {} : { where: formatPlace(first.place) }),
    remedy: 'Paths are relative to the folder of slipway.yml.',
    complaints: others.length === 0 ? [] : [first, ...others],
  });
}

type ReadStack = Pick<PlannedStack, 'compose' | 'merged' | 'problems'>;

async function readStack(effects: Effects, stack: StackConfig, config: Config): Promise<ReadStack> {
  const paths = stack.files.map(({ path }) => join(config.directory, path));
  const [printed, sources] = await Promise.all([
    printModel(effects, stack, paths),
    readSources(effects.files, paths, config.directory),
  ]);
  const unset = findUnsetSources(stack, effects.env);
  if ('refusal' in printed) return refuse(printed.refusal, unset, sources, config.directory);
  const parsed = composeModel.safeParse(parseJson(printed.merged));
  if (!parsed.success) {
    const reason = `compose printed a model of an unknown shape: ${z.prettifyError(parsed.error)}`;
    return { compose: undecided(reason), problems: [] };
  }
  const repository = await findRepository(effects.files, config.directory);
  const services = await Promise.all(
    Object.entries(parsed.data.services ?? {}).map(([name, model]) =>
      assemble(effects, name, model, { sources, config, repository }),
    ),
  );
  const files = stack.files.map(({ path }) => path);
  const compose = known({ files, services: inFileOrder(services, files), versions: versionsOf(sources) });
  const names = await usedVariables(effects, stack, paths, printed.unset, services);
  // Of a variable whose source is missing, the source is told.
  const bare = names.filter((name) => stack.env[name]?.from !== 'env').toSorted();
  const missing = await findMissingBinds(effects.files, services);
  const problems = [...unset, ...bare.map((name) => findUnset(name, sources)), ...missing];
  return { compose, merged: printed.merged, problems };
}

/** Variables that nobody set are named before what compose says of their absence. */
function refuse(said: string, unset: readonly Finding[], sources: ComposeSources, directory: string): ReadStack {
  const explained = explainRefusal(said, sources, directory);
  if (explained === undefined) {
    const reason = `compose cannot read the stack: ${said}; variables that it needs can be set under stack.env`;
    const remedy = 'Try `docker compose config` with the files of stack.files by hand.';
    return {
      compose: undecided(reason),
      problems: [...unset, { message: `compose cannot read the stack: ${said}`, remedy }],
    };
  }
  const { message, place, remedy } = explained;
  const where = place === undefined ? '' : `${formatPlace(place)} `;
  return {
    compose: undecided(`compose cannot read the stack: ${where}${message}. ${remedy}`),
    problems: [...unset, explained],
  };
}

/** Compose sorts services by name; findings are read beside the files. */
function inFileOrder(services: readonly ComposeService[], files: readonly string[]): readonly ComposeService[] {
  const fileOf = ({ place }: ComposeService): number =>
    files.includes(place.file) ? files.indexOf(place.file) : files.length;
  return services.toSorted((a, b) => fileOf(a) - fileOf(b) || (a.place.line ?? 0) - (b.place.line ?? 0));
}

interface Ground {
  readonly sources: ComposeSources;
  readonly config: Config;
  readonly repository: string;
}

async function assemble(effects: Effects, name: string, model: ServiceModel, ground: Ground): Promise<ComposeService> {
  const { sources, config, repository } = ground;
  const [build, volumes, fromFiles] = await Promise.all([
    readBuild(effects.files, model),
    readVolumes(effects.files, name, model, sources, repository),
    readEnvFiles(effects, name, sources, config.directory),
  ]);
  const service = readService(name, model, sources);
  return {
    ...service,
    variables: [...service.variables, ...fromFiles],
    volumes,
    images: namesOfImages(model, build, config.images, config),
    ...(build === undefined ? {} : { build }),
  };
}

type Printed = { readonly merged: string; readonly unset: readonly string[] } | { readonly refusal: string };

async function printModel(effects: Effects, stack: StackConfig, paths: readonly string[]): Promise<Printed> {
  const result = await callConfig(effects, stack, paths, []);
  if (result.exitCode === 0) return { merged: result.stdout, unset: findUnsetVariables(result.stderr) };
  return { refusal: result.timedOut ? 'no answer in time' : saidBy(result.stderr) };
}

/** Compose warns of every variable of its files, used or not. */
async function usedVariables(
  effects: Effects,
  stack: StackConfig,
  paths: readonly string[],
  unset: readonly string[],
  services: readonly ComposeService[],
): Promise<readonly string[]> {
  if (unset.length === 0) return [];
  const raw = await callConfig(effects, stack, paths, ['--no-interpolate']);
  const names = services.map(({ name }) => name);
  return raw.exitCode === 0 ? findUsedVariables(raw.stdout, names, unset, HOST_KEYS) : unset;
}

async function callConfig(
  effects: Effects,
  stack: StackConfig,
  paths: readonly string[],
  words: readonly string[],
): Promise<ProcessResult> {
  const { path: program } = await effects.tools.find('compose');
  const argv = [
    ...paths.flatMap((path) => ['-f', path]),
    ...stack.profiles.flatMap((profile) => ['--profile', profile]),
    ...['config', '--format', 'json', ...words],
  ];
  const result = await effects.processes.run(program, argv, {
    cwd: dirname(paths[0] ?? '.'),
    env: { ...environmentOf(stack, effects.env), COMPOSE_ANSI: 'never' },
    signal: effects.signal,
    deadline: DEADLINE,
  });
  effects.signal.throwIfAborted();
  return result;
}

function environmentOf(stack: StackConfig, env: Effects['env']): Record<string, string> {
  const valueOf = (value: EnvValue): string | undefined => {
    if (value.from === 'literal') return value.value;
    return value.from === 'env' ? env[value.name] : undefined;
  };
  return Object.fromEntries(
    Object.entries(stack.env).flatMap(([name, value]): [string, string][] => {
      const text = valueOf(value);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

/** Compose's last words; its warnings (`level=warning`) are about other things. */
function saidBy(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.includes('level=warning'));
  return (lines.at(-1) ?? 'it failed without a word').trim().slice(0, 400);
}

function versionsOf({ documents }: ComposeSources): Placed<string>[] {
  return [...documents.values()].flatMap((root) => {
    const entry = root.kind === 'map' ? root.entries.get('version') : undefined;
    if (entry === undefined) return [];
    const [value = ''] = textOf(partAt(root, ['version']));
    return [{ value, place: entry.keyPlace }];
  });
}
