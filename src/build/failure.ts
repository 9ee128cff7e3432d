import { formatDuration } from '../model/duration.ts';
import { Fault } from '../model/fault.ts';
import type { BuildFailure } from '../model/image.ts';
import type { PlannedImage } from '../model/plan.ts';
import { targetName } from './names.ts';
import { isCancelled, isRunning, type Progress, type Step } from './progress.ts';
import { restoreArguments } from './steps.ts';
import { cutText, type Mask } from './text.ts';

/** What buildx printed when it gave up: `target api: failed to solve: …` and the lines of the Dockerfile it points at. */
export interface SolveError {
  readonly target?: string;
  readonly message: string;
  readonly line?: number;
  /** The marked lines of the excerpt, as they stand in the file. */
  readonly source: readonly string[];
}

const SOURCE_LINES = 12;

/** Reads buildx's own error out of the lines it printed beside the progress; undefined when it printed none. */
export function readSolveError(messages: readonly string[]): SolveError | undefined {
  const at = messages.findLastIndex((line) => line.startsWith('ERROR: '));
  if (at === -1) return undefined;
  const text = messages.slice(at).join('\n').slice('ERROR: '.length).trim();
  const target = /^target (\S+): /.exec(text);
  const message = text.slice(target?.[0].length ?? 0).replace(/^(?:failed to build: )?(?:failed to solve: )?/, '');
  const excerpt = messages.slice(0, at);
  const line = excerpt.map((shown) => /^[^\s>].*:(\d+)$/.exec(shown)?.[1]).findLast((found) => found !== undefined);
  const source = excerpt.flatMap((shown) => /^\s*\d+ \| >>> ?(.*)$/.exec(shown)?.[1] ?? []);
  return {
    ...(target?.[1] === undefined ? {} : { target: target[1] }),
    message,
    ...(line === undefined ? {} : { line: Number(line) }),
    source: source.slice(0, SOURCE_LINES),
  };
}

/** Steps that broke by themselves; those cancelled because another one broke are not among them. */
function brokenSteps(progress: Progress): readonly Step[] {
  return [...progress.steps.values()].filter((step) => step.error !== undefined && !isCancelled(step));
}

/** Names of the images that broke, and each one's failure. Empty when buildx's error belongs to no image. */
export function explainFailure(
  progress: Progress,
  error: SolveError,
  images: readonly PlannedImage[],
  mask: Mask,
): ReadonlyMap<string, BuildFailure> {
  const broken = brokenSteps(progress);
  const targets = new Set(broken.flatMap(({ targets: names }) => [...names]));
  if (error.target !== undefined) targets.add(error.target);
  const only = images.length === 1 ? images : [];
  const failed = targets.size === 0 ? only : images.filter(({ name }) => targets.has(targetName(name)));
  return new Map(
    failed.map((image) => {
      const step = broken.find(({ targets: names }) => names.has(targetName(image.name)));
      return [image.name, describeFailure(image, error, step, mask)];
    }),
  );
}

function describeFailure(
  { config }: PlannedImage,
  error: SolveError,
  step: Step | undefined,
  mask: Mask,
): BuildFailure {
  const process = /^process "[\s\S]*" did not complete successfully: (?:exit code: (\d+))?/.exec(error.message);
  const exitCode = process?.[1] === undefined ? undefined : Number(process[1]);
  const line = error.line ?? /dockerfile parse error on line (\d+)/.exec(error.message)?.[1];
  const name = step === undefined ? undefined : restoreArguments(step.text, config.args);
  const command = error.source.length > 0 ? error.source.join('\n') : name;
  return {
    message: mask(process === null ? cutText(error.message, 2000) : describeExit(exitCode, error.message)),
    ...(command === undefined ? {} : { command: mask(command) }),
    ...(exitCode === undefined ? {} : { exitCode }),
    file: config.dockerfile,
    ...(line === undefined ? {} : { line: Number(line) }),
    log: (step?.log ?? []).map(mask),
  };
}

function describeExit(exitCode: number | undefined, message: string): string {
  if (exitCode === undefined) return cutText(message.split('did not complete successfully: ').at(-1) ?? message, 2000);
  const cause = EXITS[exitCode];
  return `the command exited with ${String(exitCode)}${cause === undefined ? '' : `: ${cause}`}`;
}

const EXITS: Readonly<Record<number, string>> = {
  126: 'the program may not be executed',
  127: 'the program is not in the image',
  137: 'it was killed, most likely for want of memory',
  139: 'it crashed (segmentation fault)',
};

/** The failure of an image that was not finished when the time was up. */
export function explainTimeout(
  progress: Progress,
  { name, config }: PlannedImage,
  deadline: number,
  mask: Mask,
): BuildFailure {
  const steps = [...progress.steps.values()].filter(({ targets }) => targets.has(targetName(name)));
  const unfinished = steps.filter((step) => isRunning(step) || isCancelled(step));
  const slowest = unfinished.sort((a, b) => (a.started ?? Infinity) - (b.started ?? Infinity))[0];
  const command = slowest === undefined ? undefined : mask(restoreArguments(slowest.text, config.args));
  return {
    message: `not built within ${formatDuration(deadline)}`,
    ...(command === undefined ? {} : { command }),
    file: config.dockerfile,
    log: (slowest?.log ?? []).map(mask),
  };
}

const LOST =
  /Cannot connect to the Docker daemon|error reading from server|connection reset by peer|code = Unavailable|transport is closing|broken pipe|unexpected EOF/i;
const FULL = /no space left on device|disk quota exceeded/i;
const REMOTE =
  /failed to (?:resolve source metadata|do request|fetch|copy|authorize)|httpReadSeeker|failed to load cache key/i;
const TRANSIENT =
  /\b(?:500|502|503|504|429)\b|i\/o timeout|TLS handshake timeout|connection refused|no such host|server misbehaving|too many requests|toomanyrequests|unexpected EOF|\bEOF$/i;

/** The Fault of a build that broke for want of a disk, a daemon or a registry; undefined when the image is to blame. */
export function explainEnvironment(error: SolveError, mask: Mask): Fault | undefined {
  const { message } = error;
  if (message.startsWith('process "')) return undefined;
  const shown = mask(cutText(message, 1000));
  if (FULL.test(message)) return diskFull(shown);
  if (REMOTE.test(message) && TRANSIENT.test(message)) {
    return new Fault('a registry did not answer while building', {
      kind: 'environment',
      where: shown,
      remedy: 'Check the network and the registry, then run again: nothing was published.',
    });
  }
  if (!LOST.test(message)) return undefined;
  return new Fault('the Docker engine was lost while building', {
    kind: 'environment',
    where: shown,
    remedy: 'See that the engine runs (docker info), then run again: what was built is in its cache.',
  });
}

/** The Fault of a full disk. */
export function diskFull(where: string): Fault {
  return new Fault('the disk of the Docker engine is full', {
    kind: 'environment',
    where,
    remedy: 'Free space (docker system df shows what takes it), then run again.',
  });
}

/** Whether a command's own output says that the disk was full; whether it was, only the disk knows. */
export function mentionsFullDisk(failure: BuildFailure): boolean {
  return failure.log.some((line) => FULL.test(line));
}
