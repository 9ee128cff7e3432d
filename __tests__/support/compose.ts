import { join } from 'node:path';
import { makeFiles } from '../../src/io/files.ts';
import type { AnyRule } from '../../src/check/rule.ts';
import type { ComposeFacts } from '../../src/model/compose-facts.ts';
import type { ImageConfig } from '../../src/model/config.ts';
import type { StackConfig } from '../../src/model/stack-config.ts';
import type { Effects } from '../../src/model/effects.ts';
import type { Fact } from '../../src/model/facts.ts';
import type { PlannedStack } from '../../src/model/plan.ts';
import { formatPlace } from '../../src/model/place.ts';
import type { Judgement } from '../../src/model/verdict.ts';
import { planStack } from '../../src/plan/stack/stack.ts';
import { blankConfig, blankImage } from './blank.ts';
import { realCompose } from './compose-plugin.ts';
import { makeFolder } from './folder.ts';

export function stackConfig(files: readonly string[], change: Partial<StackConfig> = {}): StackConfig {
  return {
    files: files.map((path) => ({ path, place: { file: 'slipway.yml', line: 3, column: 5 } })),
    profiles: [],
    env: {},
    readyWithin: 120_000,
    staysUp: 5_000,
    hostPorts: [],
    http: [],
    run: [],
    denyLogs: [],
    written: new Set(['stack.files']),
    places: {},
    ...change,
  };
}

interface Surroundings {
  readonly stack?: Partial<StackConfig>;
  readonly images?: readonly ImageConfig[];
  readonly env?: Readonly<Record<string, string>>;
  readonly registry?: string;
  /** Which of the files are the stack's; absent: docker-compose.yml. */
  readonly files?: readonly string[];
}

/** What real compose makes of a folder. */
export async function readStackOf(directory: string, around: Surroundings = {}): Promise<Fact<ComposeFacts>> {
  return (await planStackOf(directory, around)).compose;
}

/** The same with what would keep the stack from starting. */
export async function planStackOf(directory: string, around: Surroundings = {}): Promise<PlannedStack> {
  const stack = stackConfig(around.files ?? ['docker-compose.yml'], around.stack);
  const { images = [blankImage()], registry } = around;
  const config = blankConfig({ directory, stack, images, ...(registry === undefined ? {} : { registry }) });
  const effects = { ...realCompose(), files: makeFiles({ temporary: directory }), env: around.env ?? {} } as Effects;
  const planned = await planStack(effects, config);
  if (planned === undefined) throw new Error('no stack was planned');
  return planned;
}

/** The facts of one compose file written on the spot, with further files beside it. */
export async function composeOf(
  text: string,
  others: Readonly<Record<string, string>> = {},
  around: Surroundings = {},
): Promise<ComposeFacts> {
  const directory = await makeFolder({ '.git/HEAD': '', 'docker-compose.yml': text, ...others });
  const fact = await readStackOf(join(directory), around);
  if (fact.state !== 'known') throw new Error(JSON.stringify(fact));
  return fact.value;
}

/** One rule of the stack over a compose file, with its default settings. */
export async function judgeCompose(
  rule: AnyRule,
  text: string,
  settings: unknown = {},
  others: Readonly<Record<string, string>> = {},
): Promise<Judgement> {
  return rule.check({ compose: await composeOf(text, others) }, { settings: rule.settings.parse(settings) });
}

/** `line message` of every finding. */
export function linesOf(judgement: Judgement): readonly string[] {
  if (judgement.status !== 'failed') return [];
  return judgement.findings.map(({ message, place }) => `${formatPlace(place ?? { file: '?' })} ${message}`);
}
