import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeImage, judgeStack } from '../../src/check/judge.ts';
import { needsRunningStack } from '../../src/pipeline/stack-state.ts';
import { RULES, ruleTable } from '../../src/check/rules/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config, RuleEntry } from '../../src/model/config.ts';
import type { Effects } from '../../src/model/effects.ts';
import type { HttpRequest } from '../../src/model/http.ts';
import { mapFact, type FactTable } from '../../src/model/facts.ts';
import { formatPlace } from '../../src/model/place.ts';
import type { Plan, PlannedImage } from '../../src/model/plan.ts';
import type { RuleOutcome } from '../../src/model/verdict.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { stackConfig } from './compose.ts';
import { realCompose } from './compose-plugin.ts';
import { imageFactsOf } from './dockerfile-image.ts';
import { makeFolder } from './folder.ts';
import { makePlanEffects } from './plan-effects.ts';

const DOCUMENTS = join(import.meta.dirname, '../fixtures/documents');
const EVENT = { name: 'command-line', dirty: false, fork: false } as const;
const NOW = new Date('2026-11-21T00:00:00Z');
/** What the index answered for the names of the five documents: it has all but this one. */
const UNKNOWN_NAME = '/google-cloud-sql-connector/';
/** Rules of the built image that the Dockerfile alone answers: most originals cannot be built. */
const READABLE = ['user.config', 'user.numeric', 'health.defined', 'port.expose', 'env.debug-flags'];

/** One finding on the original of a document, as the reviewed list names it. */
export interface DocumentFinding {
  readonly level: 'error' | 'warning';
  readonly rule: string;
  /** `file:line`. */
  readonly place: string;
  readonly message: string;
}

/**
 * Everything that is said of a document's original before a build, each rule at the level of the catalogue and asked for.
 * The original is copied into a repository of its own; compose is the real one, the package index a script.
 */
export async function findingsOf(system: string, stackFiles?: readonly string[]): Promise<readonly DocumentFinding[]> {
  const directory = await makeFolder({ '.git/HEAD': '' });
  await cp(join(DOCUMENTS, system), directory, { recursive: true });
  return findingsIn(directory, stackFiles);
}

/** The same of any folder with a `slipway.yml`; `env` is what its compose files need. */
export async function findingsIn(
  directory: string,
  stackFiles?: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly DocumentFinding[]> {
  const loaded = await loadConfig(makePlanEffects().files, undefined, directory, ruleTable());
  const config = askForEverything(loaded, stackFiles, env);
  const plan = await makePlan(makeEffects(), config, { event: EVENT, buildChecks: false });
  const outcomes = [
    ...plan.images.flatMap((image) => judgePlanned(plan, image, config)),
    ...judgeStack(
      RULES.filter((rule) => !needsRunningStack(rule)),
      stackFacts(plan),
      config,
      NOW,
    ),
  ];
  return sorted(outcomes.flatMap(toFindings));
}

function makeEffects(): Effects {
  const http = {
    request: ({ url }: HttpRequest) =>
      Promise.resolve({
        status: url.endsWith(UNKNOWN_NAME) ? 404 : 200,
        headers: {},
        body: new Uint8Array(),
        truncated: false,
      }),
  };
  const { tools, processes } = realCompose();
  return Object.create(makePlanEffects(), {
    http: { value: http },
    tools: { value: tools },
    processes: { value: processes },
  }) as Effects;
}

function askForEverything(
  config: Config,
  files: readonly string[] | undefined,
  env: Readonly<Record<string, string>>,
): Config {
  const place = { file: 'slipway.yml' };
  const entries = RULES.map((rule): [string, RuleEntry] => [rule.id, { settings: rule.settings.parse({}), place }]);
  const rules = Object.fromEntries(entries);
  if (files === undefined) return { ...config, rules };
  const values = Object.entries(env).map(([name, value]) => [name, { from: 'literal', value }] as const);
  return { ...config, rules, stack: stackConfig(files, { env: Object.fromEntries(values) }) };
}

/** What is known before a build; rules that need more are not asked. */
function planFacts({ dockerfile, context, feasibility, requirements, packageIndex }: PlannedImage): FactTable {
  return { dockerfile, context, feasibility, requirements, 'package-index': packageIndex };
}

function stackFacts({ stack }: Plan): FactTable {
  return stack === undefined ? {} : { compose: stack.compose };
}

function judgePlanned(plan: Plan, image: PlannedImage, config: Config): readonly RuleOutcome[] {
  const facts = { ...planFacts(image), ...stackFacts(plan) };
  const early = RULES.filter((rule) => rule.needs.length > 0 && rule.needs.every((need) => need in facts));
  const late = RULES.filter(({ id }) => READABLE.includes(id));
  const read = mapFact(image.dockerfile, (dockerfile) => imageFactsOf(dockerfile, image.config.target));
  return judgeImage([...early, ...late], { ...facts, ...read }, image.config, config, NOW);
}

function toFindings({ rule, status, severity, reason, findings }: RuleOutcome): readonly DocumentFinding[] {
  if (status === 'undecided') throw new Error(`${rule} is undecided: ${reason ?? ''}`);
  return findings.map(({ place, message }) => {
    const { file, line } = place ?? { file: '?' };
    const where = formatPlace(line === undefined ? { file } : { file, line });
    return { level: severity, rule, place: where, message };
  });
}

/** In the order of their files and lines, each once. */
function sorted(findings: readonly DocumentFinding[]): readonly DocumentFinding[] {
  const keyed = new Map(findings.map((each) => [JSON.stringify(each), each]));
  return [...keyed.values()].toSorted(
    (a, b) => a.place.localeCompare(b.place, 'en', { numeric: true }) || a.rule.localeCompare(b.rule, 'en'),
  );
}
