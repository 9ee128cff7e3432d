import { whenAllEnded } from './all-ended.ts';
import { z } from 'zod';
import type { Effects } from '../model/effects.ts';
import { known, skipped, undecided, type Fact, type FactName, type FactTable } from '../model/facts.ts';
import type { FileFacts } from '../model/file-facts.ts';
import type { ImageDescription } from '../model/image.ts';
import type { DependencyFacts, ImportFacts, PythonFacts, PythonRuntime } from '../model/python-facts.ts';
import type { SingleRun } from '../model/run-facts.ts';
import type { RunsRequest } from './gather-runs.ts';
import { findCompiledModules } from './probes/compiled-modules.ts';
import { describeCuda } from './probes/cuda.ts';
import { describeTorch } from './probes/gpu-code.ts';
import { describeDependencies } from './probes/dependencies.ts';
import { observePython, type PythonRun } from './probes/python-run.ts';
import { describePython } from './probes/python.ts';
import { runOnce } from './probes/single-run.ts';
import { explainInability } from './probes/start-failure.ts';
import type { AnyRule } from './rule.ts';
import { settingsOf } from './rule-settings.ts';

export interface DeriveRequest extends RunsRequest {
  /** Their settings say what single runs are given. */
  readonly rules: readonly AnyRule[];
}

/** Facts that follow from the files of an image, and from single runs that those tell how to make. */
export const DERIVED: readonly FactName[] = [
  'python',
  'dependencies',
  'imports',
  'cuda',
  'torch',
  'arguments-run',
  'no-gpu-run',
];

/** Derives what the rules need of those; what could not be read makes them undecided in the same words. */
export async function deriveFacts(
  effects: Effects,
  request: DeriveRequest,
  read: FactTable,
  needed: ReadonlySet<FactName>,
): Promise<FactTable> {
  const wants = (...names: readonly FactName[]) => names.some((name) => needed.has(name));
  const { files, image, accounts } = read;
  const cuda = whenKnown(files, image, describeCuda);
  const python = whenKnown(files, image, (known, description) =>
    whenKnown(accounts, accounts, (value) => describePython(known, description.config, value)),
  );
  const [asked, argumentsRun, noGpuRun] = await whenAllEnded([
    wants('dependencies', 'imports') ? askPython(effects, request, read, python) : {},
    wants('arguments-run') ? runWithArguments(effects, request, image) : undefined,
    wants('no-gpu-run') ? runWithoutGpu(effects, request, cuda) : undefined,
  ]);
  return {
    ...(wants('cuda', 'no-gpu-run') ? { cuda } : {}),
    ...(wants('torch') ? { torch: whenKnown(files, files, (known) => describeTorch(known, cuda)) } : {}),
    ...(wants('python', 'dependencies', 'imports') ? { python } : {}),
    ...asked,
    ...(argumentsRun === undefined ? {} : { 'arguments-run': argumentsRun }),
    ...(noGpuRun === undefined ? {} : { 'no-gpu-run': noGpuRun }),
  };
}

const NOT_GATHERED = undecided('the files of the image were not gathered');

/** `make` applied to two facts that are known, else what keeps the first of them from being so. */
function whenKnown<A, B, T>(
  one: Fact<A> | undefined,
  other: Fact<B> | undefined,
  make: (one: A, other: B) => Fact<T>,
): Fact<T> {
  if (one?.state !== 'known') return one ?? NOT_GATHERED;
  return other?.state === 'known' ? make(one.value, other.value) : (other ?? NOT_GATHERED);
}

/** Why no container may be started; undefined when one may. */
function whyNotStarted({ containers, notStarted }: DeriveRequest): Fact<never> | undefined {
  return notStarted ?? (containers ? undefined : skipped('containers were not started (--no-containers)'));
}

interface Asked {
  readonly dependencies: Fact<DependencyFacts>;
  readonly imports: Fact<ImportFacts>;
}

async function askPython(
  effects: Effects,
  request: DeriveRequest,
  { files, image }: FactTable,
  python: Fact<PythonFacts>,
): Promise<Asked> {
  const inside = whenKnown(files, image, (value, description) => known({ files: value, description }));
  const runtime = whenKnown(python, python, (value) =>
    value.runtime === undefined ? skipped('no Python is on the PATH of the image') : known(value.runtime),
  );
  if (inside.state !== 'known') return { dependencies: inside, imports: inside };
  if (runtime.state !== 'known') return { dependencies: runtime, imports: runtime };
  const run = whyNotStarted(request) ?? (await startPython(effects, request, inside.value.files, runtime.value));
  const told = run.state === 'known' ? run.value : undefined;
  return {
    dependencies: known(describeDependencies(runtime.value, inside.value.description.platform, told)),
    imports: run.state === 'known' ? known(run.value.imports) : run,
  };
}

async function startPython(
  effects: Effects,
  request: DeriveRequest,
  files: FileFacts,
  runtime: PythonRuntime,
): Promise<Fact<PythonRun>> {
  const { image, built, surroundings, slots } = request;
  const declared = importSettings.parse(ruleSettings(request, 'python.import')).modules[image.name] ?? [];
  const compiled = findCompiledModules(files, runtime).filter((module) => !declared.includes(module));
  const task = { declared, compiled };
  return slots(image.memory, () => observePython(effects, image, built.runnable, runtime, task, surroundings), 'aside');
}

const importSettings = z.object({ modules: z.record(z.string(), z.array(z.string())).default({}) });
const argumentSettings = z.object({
  arguments: z.array(z.string()).default(['--help']),
  within: z.number().default(30_000),
});
const noGpuSettings = z.object({ within: z.number().default(60_000) });

/** Settings as the rule's own schema read them; the probes above take only what they know. */
function ruleSettings({ rules, image, config }: DeriveRequest, id: string): unknown {
  const rule = rules.find((one) => one.id === id);
  return rule === undefined ? {} : settingsOf(rule, image, config);
}

async function runWithArguments(
  effects: Effects,
  request: DeriveRequest,
  description: Fact<ImageDescription> | undefined,
): Promise<Fact<SingleRun>> {
  if (description?.state !== 'known') return description ?? NOT_GATHERED;
  // Without an entrypoint the arguments would be taken for a program.
  if (description.value.config.entrypoint.length === 0)
    return skipped('the image has no ENTRYPOINT to give arguments to');
  const { arguments: command, within } = argumentSettings.parse(ruleSettings(request, 'job.entrypoint-args'));
  return runAlone(effects, request, { command, within });
}

async function runWithoutGpu(effects: Effects, request: DeriveRequest, cuda: Fact<unknown>): Promise<Fact<SingleRun>> {
  if (cuda.state !== 'known') return cuda;
  const { command } = request.image;
  const { within } = noGpuSettings.parse(ruleSettings(request, 'job.no-gpu-message'));
  return runAlone(effects, request, { ...(command === undefined ? {} : { command }), within });
}

async function runAlone(
  effects: Effects,
  request: DeriveRequest,
  how: { readonly command?: readonly string[]; readonly within: number },
): Promise<Fact<SingleRun>> {
  const refusal = whyNotStarted(request);
  if (refusal !== undefined) return refusal;
  const { image, built, surroundings, slots } = request;
  try {
    const spec = { runnable: built.runnable, ...how };
    return known(await slots(image.memory, () => runOnce(effects, image, spec, surroundings), 'aside'));
  } catch (error) {
    return explainInability(error, effects.signal);
  }
}
