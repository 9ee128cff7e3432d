import type { ComposeReference } from '../../model/config.ts';
import type { Effects, ProcessResult } from '../../model/effects.ts';
import { Fault } from '../../model/fault.ts';
import { findUnsetVariables, findUsedVariables, NETWORK_TROUBLE } from '../../model/compose-text.ts';
import { adoptModel, DROPPED, listServices, type CompanionPlace } from './compose-model.ts';

/** What container runs need to know of the world around the image. */
export interface Surroundings {
  /** Folder of slipway.yml, absolute. */
  readonly directory: string;
  /** The compose plugin as a program; absent when there is none. */
  readonly compose?: string;
}

const READY_WITHIN = 180;

/** Starts the services of `with:` and what they depend on, and returns when they are healthy; the place's label removes them. */
export async function startCompanions(
  effects: Effects,
  references: readonly ComposeReference[],
  surroundings: Surroundings,
  place: CompanionPlace,
): Promise<void> {
  const files = new Map<string, string[]>();
  for (const { file, service } of references) files.set(file, [...(files.get(file) ?? []), service]);
  let count = 0;
  for (const [file, services] of files) {
    count += 1;
    const project = count === 1 ? place.project : `${place.project}-${String(count)}`;
    await startServices(effects, file, services, surroundings, { ...place, project });
  }
}

async function startServices(
  effects: Effects,
  file: string,
  services: readonly string[],
  surroundings: Surroundings,
  place: CompanionPlace,
): Promise<void> {
  const { compose, directory } = surroundings;
  const path = `${directory}/${file}`;
  if (compose === undefined) {
    throw new Fault(`The services of ${file} cannot be started: there is no compose plugin`, {
      where: 'with',
      remedy: 'Install docker compose.',
    });
  }
  if ((await effects.files.stat(path)) === undefined) {
    throw new Fault(`The compose file ${file} does not exist`, {
      where: 'with',
      remedy: 'Correct the path in `with`.',
    });
  }
  const { endpoint } = await effects.engine.info();
  const call = (argv: readonly string[], deadline: number, input?: string): Promise<ProcessResult> =>
    effects.processes.run(compose, argv, {
      cwd: path.slice(0, path.lastIndexOf('/')),
      env: { DOCKER_HOST: endpoint, COMPOSE_ANSI: 'never', COMPOSE_PROGRESS: 'plain' },
      signal: effects.signal,
      deadline,
      ...(input === undefined ? {} : { input }),
    });
  const model = await readModel(call, file, path, services);
  const project = adoptModel(model, file, place);
  const up = ['-p', place.project, '-f', '-', 'up', '-d', '--wait', '--wait-timeout', String(READY_WITHIN)];
  const started = await call(
    [...up, '--no-build', '--quiet-pull', '--no-color', ...services],
    (READY_WITHIN + 600) * 1000,
    project,
  );
  effects.signal.throwIfAborted();
  if (started.exitCode !== 0) throw explainFailure(started, file, services);
}

async function readModel(
  call: (argv: readonly string[], deadline: number) => Promise<ProcessResult>,
  file: string,
  path: string,
  services: readonly string[],
): Promise<string> {
  const config = ['-f', path, 'config', '--format', 'json'];
  const resolved = await call([...config, ...services], 30_000);
  if (resolved.exitCode !== 0) throw explainFailure(resolved, file, services);
  const unset = findUnsetVariables(resolved.stderr);
  if (unset.length > 0) {
    const raw = await call([...config, '--no-interpolate', ...services], 30_000);
    const used =
      raw.exitCode === 0 ? findUsedVariables(raw.stdout, listServices(resolved.stdout, file), unset, DROPPED) : unset;
    if (used.length > 0) {
      throw new Fault(`The compose file ${file} uses variables that are not set: ${used.join(', ')}`, {
        where: file,
        remedy: `Set them for this run or give them a default, \`\${${used[0] ?? 'NAME'}:-…}\`.`,
      });
    }
  }
  return resolved.stdout;
}

function explainFailure(result: ProcessResult, file: string, services: readonly string[]): Fault {
  const lines = `${result.stdout}\n${result.stderr}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/ (?:Creating|Created|Starting|Started|Waiting|Pulling|Running)$/.test(line));
  const said = lines.slice(-3).join('; ').slice(0, 600);
  const reason = result.timedOut ? 'compose did not finish in time' : said;
  return new Fault(`The services ${services.join(', ')} of ${file} did not come up: ${reason}`, {
    kind: NETWORK_TROUBLE.test(said) ? 'environment' : 'user',
    where: file,
    remedy: `Try \`docker compose -f ${file} up --wait ${services.join(' ')}\` by hand.`,
  });
}
