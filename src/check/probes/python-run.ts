import { z } from 'zod';
import type { ImageConfig } from '../../model/config.ts';
import type { Effects } from '../../model/effects.ts';
import { known, undecided, type Fact } from '../../model/facts.ts';
import type { ImportFacts, ModuleImport, PythonRuntime } from '../../model/python-facts.ts';
import type { SingleRun } from '../../model/run-facts.ts';
import type { Surroundings } from './companions.ts';
import { PYTHON_PROGRAM } from './python-program.ts';
import { runOnce } from './single-run.ts';
import { explainInability } from './start-failure.ts';

/** What the image's own Python said about itself. */
export interface PythonRun {
  readonly check?: { readonly tool: 'pip check' | 'uv pip check'; readonly exitCode: number; readonly output: string };
  readonly imports: ImportFacts;
}
/** Modules to import, and which of them the user asked for. */
export interface PythonTask {
  readonly declared: readonly string[];
  readonly compiled: readonly string[];
}

const WITHIN = 120_000;
/** Seconds after which no further module is begun that nobody declared. */
const ENOUGH = 45;

const EVENT = z.union([
  z.object({ tool: z.enum(['pip check', 'uv pip check']), exit: z.number(), output: z.string() }),
  z.object({ begin: z.string() }),
  z.object({ end: z.string(), error: z.string().optional() }),
  z.object({ done: z.literal(true) }),
]);
type Event = z.infer<typeof EVENT>;

/** Starts the image's Python once, as the image's user: it checks its packages and imports modules. */
export async function observePython(
  effects: Effects,
  image: ImageConfig,
  runnable: string,
  runtime: PythonRuntime,
  task: PythonTask,
  surroundings: Surroundings,
): Promise<Fact<PythonRun>> {
  const plan = JSON.stringify({ ...task, seconds: ENOUGH });
  const argv = { entrypoint: [runtime.program], command: ['-c', PYTHON_PROGRAM, plan] };
  try {
    const run = await runOnce(effects, image, { runnable, within: WITHIN, ...argv }, surroundings);
    if (run.startError !== undefined) return undecided(`${runtime.program} did not start: ${run.startError}`);
    const events = readEvents(run.stdout);
    if (events.length > 0) return known(summarize(events, run, task));
    const said = run.stderr.trim().split('\n').at(-1) ?? '';
    return undecided(`${runtime.program} ended with exit code ${String(run.exitCode)} before it did anything: ${said}`);
  } catch (error) {
    return explainInability(error, effects.signal);
  }
}

function readEvents(output: string): readonly Event[] {
  return output.split('\n').flatMap((line) => {
    try {
      const event = EVENT.safeParse(JSON.parse(line));
      return event.success ? [event.data] : [];
    } catch {
      return [];
    }
  });
}

function summarize(events: readonly Event[], run: SingleRun, { declared, compiled }: PythonTask): PythonRun {
  const check = events.find((event) => 'tool' in event);
  const isDeclared = (module: string) => declared.includes(module);
  const imports = events.flatMap((event): ModuleImport[] => {
    if (!('end' in event)) return [];
    const { end: module, error } = event;
    return [{ module, declared: isDeclared(module), ...(error === undefined ? {} : { error }) }];
  });
  const begun = events.flatMap((event) => ('begin' in event ? [event.begin] : [])).at(-1);
  const cut = begun !== undefined && !imports.some(({ module }) => module === begun);
  return {
    ...(check === undefined ? {} : { check: { tool: check.tool, exitCode: check.exit, output: check.output } }),
    imports: {
      imports,
      left: compiled.filter((module) => module !== begun && !imports.some((one) => one.module === module)).length,
      ...(cut ? { brokeOff: { module: begun, how: describeEnd(run), declared: isDeclared(begun) } } : {}),
    },
  };
}

function describeEnd({ timedOut, oomKilled, exitCode }: SingleRun): string {
  if (timedOut) return 'it did not end within 120 s';
  return oomKilled ? 'it was killed for memory' : `the interpreter ended with exit code ${String(exitCode)}`;
}
