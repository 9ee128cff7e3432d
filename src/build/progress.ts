import { z } from 'zod';
import { makeLineCutter, type LineCutter } from './lines.ts';
import { parseStepName } from './steps.ts';
import { cleanLine } from './text.ts';

/** One vertex of the build graph; several images may share it. */
export interface Step {
  readonly id: string;
  readonly targets: Set<string>;
  position: string;
  text: string;
  /** Milliseconds since the epoch of the first start and the last end. */
  started: number | undefined;
  completed: number | undefined;
  cached: boolean;
  error: string | undefined;
  /** Last lines of its own output. */
  readonly log: string[];
}

export interface ProgressEvents {
  readonly started?: (step: Step) => void;
  readonly finished?: (step: Step) => void;
  readonly logged?: (step: Step, line: string) => void;
  /** Bytes as they come, before they are cut to lines and cleaned. */
  readonly printed?: (step: Step, data: Uint8Array) => void;
}

/** What a build has said so far. */
export interface Progress extends LineCutter {
  readonly steps: ReadonlyMap<string, Step>;
  /** Lines that are not JSON: buildx prints its errors so. */
  readonly messages: readonly string[];
}

const LOG_LINES = 50;
const LINE_LIMIT = 16 * 2 ** 10;
const MESSAGE_LIMIT = 500;

const vertex = z.object({
  digest: z.string(),
  name: z.string().nullish(),
  started: z.string().nullish(),
  completed: z.string().nullish(),
  cached: z.boolean().nullish(),
  error: z.string().nullish(),
});
const log = z.object({ vertex: z.string(), stream: z.number().nullish(), data: z.string().nullish() });
const update = z.object({ vertexes: z.array(vertex).nullish(), logs: z.array(log).nullish() });
type VertexUpdate = z.infer<typeof vertex>;

/** Reads `buildx --progress=rawjson` as it arrives; the work is linear in the bytes. */
export function makeProgress(targets: readonly string[], events: ProgressEvents = {}): Progress {
  const steps = new Map<string, Step>();
  const messages: string[] = [];
  const logs = makeLogs(events);
  const readVertex = (seen: VertexUpdate): void => {
    const step = steps.get(seen.digest) ?? makeStep(seen.digest);
    steps.set(seen.digest, step);
    applyName(step, seen.name ?? '', targets);
    applyTimes(step, seen, events, logs);
  };
  const cutter = makeLineCutter((line) => {
    const parsed = parseUpdate(line);
    if (parsed === undefined && line.trim() !== '') messages.push(cleanLine(line.slice(0, LINE_LIMIT)));
    if (messages.length > MESSAGE_LIMIT) messages.shift();
    parsed?.vertexes?.forEach(readVertex);
    for (const { vertex: id, stream, data } of parsed?.logs ?? []) {
      const step = steps.get(id);
      if (step === undefined) continue;
      const bytes = Buffer.from(data ?? '', 'base64');
      events.printed?.(step, bytes);
      logs.push(step, stream ?? 1, bytes);
    }
  });
  return {
    steps,
    messages,
    push: cutter.push,
    end() {
      cutter.end();
      steps.forEach(logs.end);
    },
  };
}

interface Logs {
  readonly push: (step: Step, stream: number, data: Uint8Array) => void;
  /** Hands out what a step printed without a line end. */
  readonly end: (step: Step) => void;
}

/** Joins what steps print, stream by stream, into lines. */
function makeLogs(events: ProgressEvents): Logs {
  const cutters = new Map<string, LineCutter>();
  const keep = (step: Step, line: string): void => {
    const clean = cleanLine(line);
    step.log.push(clean);
    if (step.log.length > LOG_LINES) step.log.shift();
    events.logged?.(step, clean);
  };
  const keyOf = (step: Step, stream: number): string => `${String(stream)} ${step.id}`;
  return {
    push(step, stream, data) {
      const key = keyOf(step, stream);
      const cutter =
        cutters.get(key) ??
        makeLineCutter((line) => {
          keep(step, line);
        }, LINE_LIMIT);
      cutters.set(key, cutter);
      cutter.push(data);
    },
    end(step) {
      for (const stream of [1, 2]) cutters.get(keyOf(step, stream))?.end();
    },
  };
}

function makeStep(id: string): Step {
  return {
    id,
    targets: new Set(),
    position: '',
    text: '',
    started: undefined,
    completed: undefined,
    cached: false,
    error: undefined,
    log: [],
  };
}

function applyName(step: Step, name: string, targets: readonly string[]): void {
  const [only] = targets;
  const parsed = parseStepName(name, targets.length > 1 ? targets : []);
  step.position = parsed.position;
  step.text = parsed.text;
  const target = targets.length === 1 ? only : parsed.target;
  if (target !== undefined) step.targets.add(target);
}

function applyTimes(step: Step, seen: VertexUpdate, events: ProgressEvents, logs: Logs): void {
  const before = { running: isRunning(step), completed: step.completed };
  if (typeof seen.started === 'string') step.started = Math.min(step.started ?? Infinity, Date.parse(seen.started));
  // a vertex that several solves wait for starts again after it has ended
  if (typeof seen.completed === 'string') step.completed = Math.max(step.completed ?? 0, Date.parse(seen.completed));
  if (seen.cached === true) step.cached = true;
  if (typeof seen.error === 'string' && seen.error !== '') step.error = seen.error;
  if (!before.running && isRunning(step)) events.started?.(step);
  if (before.completed === undefined && step.completed !== undefined) {
    logs.end(step);
    events.finished?.(step);
  }
}

/** Whether the step has begun and not ended. */
export function isRunning(step: Step): boolean {
  return step.started !== undefined && step.completed === undefined;
}

/** Whether the step ended only because the build was stopped. */
export function isCancelled({ error }: Step): boolean {
  return error !== undefined && /context cancell?ed/.test(error);
}

function parseUpdate(line: string): z.infer<typeof update> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return update.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
