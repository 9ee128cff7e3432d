import { join } from 'node:path';
import type { ComposeFacts } from '../model/compose-facts.ts';
import { parseJson } from '../model/compose-text.ts';
import type { Effects } from '../model/effects.ts';
import { OWNER_LABEL, RUN_LABEL, type EngineInfo } from '../model/engine.ts';
import { isOneShot } from '../model/one-shot.ts';
import type { PlannedStack } from '../model/plan.ts';
import { makeRedaction } from '../model/redaction.ts';
import type { StackFacts, StackServiceFacts } from '../model/stack-facts.ts';
import type { Finding } from '../model/verdict.ts';
import { adoptStack } from './adopt.ts';
import { watchDeaths, type Deaths } from './deaths.ts';
import { makeCalls, type ComposeCalls } from './calls.ts';
import { explainRefusal } from './refusal.ts';
import { chooseImages, type Candidate } from './images.ts';
import { makeLogs, type StackLogs } from './logs.ts';
import { measureMemory, measureUnderLoad } from './memory.ts';
import { mergedModel, type MergedModel } from './model.ts';
import { probe, type Asker } from './probes.ts';
import { isBlind, observeRestarts, type Restarts } from './restart.ts';
import { secretValues } from './secrets.ts';
import { describeServices } from './services.ts';
import { describeStumbles } from './stumbles.ts';
import { readNow, startStack, type Readiness, type Watched } from './watch.ts';
import type { ServiceExpectation } from './readiness.ts';
import { pause } from '../model/pause.ts';

/** What is started, and where its logs go. */
export interface StackRequest {
  readonly planned: PlannedStack;
  readonly candidates: readonly Candidate[];
  /** Folder for a log of each service, absolute. */
  readonly logs: string;
}

/** Problems that kept it from starting, or what was seen of it. */
export interface StackRun {
  readonly problems: readonly Finding[];
  readonly facts?: StackFacts;
}

interface Stage {
  readonly effects: Effects;
  readonly planned: PlannedStack;
  readonly compose: ComposeFacts;
  readonly model: MergedModel;
  readonly calls: ComposeCalls;
  readonly watched: Watched;
  readonly asker: Asker;
  readonly logs: StackLogs;
}

/** Starts the stack with the candidates in place of what its files build, asks what is declared, and removes all of it, whatever happened. */
export async function runStack(
  effects: Effects,
  { planned, candidates, logs: folder }: StackRequest,
): Promise<StackRun> {
  const { compose, merged } = planned;
  const model = mergedModel.safeParse(parseJson(merged ?? ''));
  if (planned.problems.length > 0 || compose.state !== 'known' || !model.success) {
    return { problems: planned.problems.length > 0 ? planned.problems : [UNREADABLE] };
  }
  await effects.engine.removeAbandoned();
  const { path: program } = await effects.tools.find('compose');
  const { endpoint, ...host } = await effects.engine.info();
  const project = `slipway-${effects.runId}-stack`;
  const labels = { [RUN_LABEL]: effects.runId, [OWNER_LABEL]: effects.engine.owner, 'slipway.part': project };
  const label = `slipway.part=${project}`;
  const probing = makeCalls(effects, program, endpoint, project, '');
  const images = await chooseImages(effects, probing, compose.value, candidates);
  if (images.problems.length > 0) return { problems: images.problems };
  const withoutGpu = hasNvidia(host)
    ? []
    : compose.value.services.filter(({ gpu }) => gpu !== undefined).map(({ name }) => name);
  const place = { project, labels, images: images.ids, hostPorts: planned.config.hostPorts, withoutGpu };
  const adopted = adoptStack(model.data, place);
  const redact = makeRedaction(secretValues(model.data, planned.config, effects.env));
  const deaths = watchDeaths(effects, label);
  const stage: Stage = {
    ...{ effects, planned, compose: compose.value, model: model.data },
    calls: makeCalls(effects, program, endpoint, project, adopted.text),
    watched: watchedOf(planned, compose.value, label, deaths),
    asker: { effects, label, redact },
    logs: makeLogs(effects, label, redact, deaths),
  };
  let done = false;
  try {
    const run = await observe(stage, images.names, adopted.notes);
    await stage.logs.write(folder);
    done = true;
    return run;
  } finally {
    await deaths.finish();
    const removal = effects.engine.removeLabelled(label);
    // A failed clean-up is worth an error of its own only when there is no other one.
    await (done ? removal : removal.catch(() => undefined));
  }
}

const UNREADABLE: Finding = {
  message: 'compose cannot read the stack',
  remedy: 'Try `docker compose config` with the files of stack.files by hand.',
};

function watchedOf({ config }: PlannedStack, compose: ComposeFacts, label: string, deaths: Deaths): Watched {
  const expected = compose.services.map((service): ServiceExpectation => ({
    name: service.name,
    job: isOneShot(service, compose),
    never: service.restart === 'no',
    dependencies: service.dependencies.map(({ service: name }) => name),
  }));
  return { expected, label, deaths, readyWithin: config.readyWithin, staysUp: config.staysUp };
}

type Names = ReadonlyMap<string, string>;

async function observe(stage: Stage, names: Names, notes: readonly string[]): Promise<StackRun> {
  const { effects, planned, watched, asker, logs } = stage;
  const { config } = planned;
  effects.output.stderr(`starting the stack (${String(watched.expected.length)} services)\n`);
  const began = effects.clock.monotonic();
  const started = await startStack(effects, stage.calls, watched);
  if (started.readyAfter === undefined) {
    await logs.gather('first start');
    const refused = explainRefusal(started, stage.compose);
    if (refused !== undefined) return { problems: [refused] };
    return { problems: [], facts: { ...blankFacts(stage, started, names, notes), denied: logs.find(config.denyLogs) } };
  }
  effects.output.stderr(`the stack is ready\n`);
  const idle = await measureMemory(effects, watched.label);
  const restart = config.survivesRestart;
  const blind = restart === undefined ? false : await isBlind(asker, restart);
  const http = await inOrder(config.http, (check) => probe(asker, check));
  const run = await inOrder(config.run, (check) => probe(asker, check));
  const met = [...http, ...run].every(({ problems }) => problems.length === 0);
  const active = met ? await measureUnderLoad(asker, config.http) : undefined;
  await pause(effects.clock, config.staysUp - (effects.clock.monotonic() - began - started.readyAfter), effects.signal);
  const now = await readNow(effects, watched, started);
  effects.signal.throwIfAborted();
  await logs.gather('first start');
  const alive = [...now.readings.values()].every(({ verdict }) => verdict === 'ready');
  const phases =
    restart === undefined || !alive || !met || blind
      ? []
      : await observeRestarts(asker, restart, config.http, makeRestarts(stage));
  const services = describeServices(stage, now, names, logs, { idle, ...(active === undefined ? {} : { active }) });
  return {
    problems: [],
    facts: {
      ...{ services, readyAfter: started.readyAfter, readyWithin: config.readyWithin, hostPorts: config.hostPorts },
      ...{
        http,
        run,
        notes: [...notes, ...(await describeStumbles(started, logs))],
        patterns: config.denyLogs.length,
        denied: logs.find(config.denyLogs),
      },
      ...(restart === undefined ? {} : { restart: { blind, phases } }),
    },
  };
}

async function inOrder<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = [];
  for (const item of items) done.push(await act(item));
  return done;
}

function blankFacts(stage: Stage, readiness: Readiness, names: Names, notes: readonly string[]): StackFacts {
  const { config } = stage.planned;
  const services: readonly StackServiceFacts[] = describeServices(stage, readiness, names, stage.logs, {});
  return {
    ...{ services, readyWithin: config.readyWithin, hostPorts: config.hostPorts },
    ...{ http: [], run: [], patterns: config.denyLogs.length, denied: [], notes },
  };
}

function makeRestarts(stage: Stage): Restarts {
  const { effects, calls, watched, logs } = stage;
  const start = async (chapter: string): Promise<string | undefined> => {
    const again = await startStack(effects, calls, watched);
    await logs.gather(chapter);
    if (again.readyAfter !== undefined) return undefined;
    const problems = [...again.readings].filter(([, { verdict }]) => verdict !== 'ready');
    const [first] = problems.toSorted(
      ([, one], [, other]) => Number(one.verdict !== 'failed') - Number(other.verdict !== 'failed'),
    );
    if (first === undefined) return again.refusal ?? 'it did not come up';
    const [name, { problem = '' }] = first;
    const line = logs.trouble(name);
    return `${name}: ${problem}${line === undefined ? '' : `; it printed "${line}"`}`;
  };
  return {
    async restart() {
      await calls.stop(watched.readyWithin);
      return start('after a restart');
    },
    async recreate() {
      await calls.stop(watched.readyWithin);
      for (const { id } of await effects.engine.listContainers(watched.label)) await effects.engine.removeContainer(id);
      return start('after down and up');
    },
  };
}

/** Whether containers can be given an NVIDIA GPU here: its runtime or one of its CDI devices is there. */
function hasNvidia({ devices = [], runtimes = [] }: Pick<EngineInfo, 'devices' | 'runtimes'>): boolean {
  return runtimes.includes('nvidia') || devices.some((device) => device.startsWith('nvidia.com/gpu'));
}

/** Path of the folder that holds the logs, below the output folder. */
export function stackLogsIn(output: string): string {
  return join(output, 'stack');
}
