import type { DockerfileInstruction, DockerfileStage } from '../model/facts.ts';
import { readDockerfile } from './dockerfile-lines.ts';
import { expandWord, splitFlags, splitWords, type Lookup } from './dockerfile-words.ts';

/** What the build is asked for, as far as it changes what a Dockerfile means. */
export interface DockerfileOptions {
  readonly args: Readonly<Record<string, string>>;
  readonly target?: string;
  /** `TARGETARCH` and its kin; names that are absent cannot be known before the build. */
  readonly platformArgs?: Readonly<Record<string, string>>;
}
export interface Dockerfile {
  readonly stages: readonly DockerfileStage[];
  /** Per stage: the stage it builds on, or undefined when its base comes from outside. */
  readonly parents: readonly (number | undefined)[];
  readonly instructions: readonly DockerfileInstruction[];
  readonly escape: string;
  /** The frontend that reads the file, where one is named. */
  readonly syntax?: string;
  /** Global ARGs with the image's own values on top. */
  readonly globals: Lookup;
  /** Index of the stage that becomes the image. */
  readonly target: number;
}
export type ParsedDockerfile = Dockerfile | { readonly problem: string; readonly line?: number };

/** Arguments every build has without declaring them globally (Dockerfile reference, "Automatic platform ARGs"). */
const PLATFORM_ARGS = new Set([
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDARCH',
  'BUILDVARIANT',
  'TARGETPLATFORM',
  'TARGETOS',
  'TARGETARCH',
  'TARGETVARIANT',
]);

/** Stages, bases and instructions of a Dockerfile, or what makes it unusable. Never throws. */
export function parseDockerfile(text: string, options: DockerfileOptions): ParsedDockerfile {
  const reading = readDockerfile(text);
  if ('problem' in reading) return reading;
  let stage = -1;
  const instructions = reading.instructions.map((instruction): DockerfileInstruction => {
    if (instruction.keyword === 'FROM') stage += 1;
    return { ...instruction, stage };
  });
  if (stage < 0) return { problem: 'there is no FROM' };
  const globals = readGlobals(instructions, options, reading.escape);
  const stages = readStages(instructions, globals, reading.escape);
  const target = findStage(stages, options.target);
  if (target === undefined) {
    return { problem: `there is no stage \`${options.target ?? ''}\` (stages: ${listStages(stages)})` };
  }
  const reachable = findReachable(instructions, stages, target);
  return {
    stages: stages.map((each, index) => ({ ...each.stage, reachable: reachable.has(index) })),
    parents: stages.map((each) => each.parent),
    instructions,
    escape: reading.escape,
    ...(reading.syntax === undefined ? {} : { syntax: reading.syntax }),
    globals,
    target,
  };
}

function readGlobals(
  instructions: readonly DockerfileInstruction[],
  options: DockerfileOptions,
  escape: string,
): Lookup {
  const values = new Map<string, string | null | undefined>();
  const lookup: Lookup = (name) => {
    if (values.has(name)) return values.get(name);
    if (PLATFORM_ARGS.has(name)) return readOwn(options.args, name) ?? readOwn(options.platformArgs ?? {}, name);
    return null;
  };
  for (const { keyword, text, stage } of instructions) {
    if (stage >= 0 || keyword !== 'ARG') continue;
    for (const [name, word] of parseAssignments(text, escape)) {
      values.set(
        name,
        readOwn(options.args, name) ?? (word === undefined ? lookup(name) : expandWord(word, lookup, escape)),
      );
    }
  }
  return lookup;
}

/** A Dockerfile may well call an argument `constructor`. */
export function readOwn(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** `NAME=value` and bare `NAME` words, values still to be expanded. */
export function parseAssignments(text: string, escape: string): readonly (readonly [string, string | undefined])[] {
  return splitWords(text, escape).map((word) => {
    const equals = word.indexOf('=');
    return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
  });
}

interface LooseStage {
  readonly stage: Omit<DockerfileStage, 'reachable'>;
  readonly parent: number | undefined;
}

function readStages(
  instructions: readonly DockerfileInstruction[],
  globals: Lookup,
  escape: string,
): readonly LooseStage[] {
  const stages: LooseStage[] = [];
  for (const { keyword, text, line } of instructions) {
    if (keyword !== 'FROM') continue;
    const { flags, rest } = splitFlags(text, escape);
    const [base = '', as = '', name] = splitWords(rest, escape);
    const expanded = expandWord(base, globals, escape);
    const written = flags.find((flag) => flag.name === 'platform')?.value;
    const platform = written === undefined ? undefined : expandWord(written, globals, escape);
    const parent = expanded === undefined ? -1 : findNamed(stages, expanded);
    const external = expanded !== undefined && expanded !== '' && expanded !== 'scratch' && parent < 0;
    const stage = {
      base,
      line,
      ...(as.toUpperCase() === 'AS' && name !== undefined ? { name: name.toLowerCase() } : {}),
      ...(external ? { reference: expanded } : {}),
      ...(platform === undefined || platform === '' ? {} : { platform }),
    };
    stages.push({ stage, parent: parent < 0 ? undefined : parent });
  }
  return stages;
}

function findNamed(stages: readonly LooseStage[], name: string): number {
  const wanted = name.toLowerCase();
  return stages.findLastIndex(({ stage }) => stage.name === wanted);
}

/** A stage by its name or number; the last one without either. */
function findStage(stages: readonly LooseStage[], name: string | undefined): number | undefined {
  if (name === undefined) return stages.length - 1;
  const named = findNamed(stages, name);
  if (named >= 0) return named;
  return /^\d{1,6}$/.test(name) && Number(name) < stages.length ? Number(name) : undefined;
}

function listStages(stages: readonly LooseStage[]): string {
  return stages.map(({ stage }, index) => stage.name ?? String(index)).join(', ');
}

function findReachable(
  instructions: readonly DockerfileInstruction[],
  stages: readonly LooseStage[],
  target: number,
): ReadonlySet<number> {
  const sources = Map.groupBy(instructions, (each) => each.stage);
  const reachable = new Set<number>();
  const queue = [target];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const current = next;
    if (reachable.has(current)) continue;
    reachable.add(current);
    const parent = stages[current]?.parent;
    if (parent !== undefined) queue.push(parent);
    const names = new Set((sources.get(current) ?? []).flatMap(sourcesOfStage));
    for (const name of names) {
      // Only stages above count: a later stage of the same name is another image.
      const found = findStage(stages.slice(0, current), name);
      if (found !== undefined) queue.push(found);
    }
  }
  return reachable;
}

/** Stages or images that `COPY --from` and `RUN --mount=from=` take something from. */
export function sourcesOfStage(instruction: DockerfileInstruction): string[] {
  const { flags } = splitFlags(instruction.text);
  if (instruction.keyword === 'RUN') {
    return flags.filter((flag) => flag.name === 'mount').flatMap((flag) => parseMount(flag.value).get('from') ?? []);
  }
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return [];
  return flags.filter((flag) => flag.name === 'from').map((flag) => flag.value);
}

/** The comma separated fields of `--mount`, keys in lower case. */
export function parseMount(value: string): ReadonlyMap<string, string> {
  return new Map(
    value.split(',').map((field) => {
      const equals = field.indexOf('=');
      return equals < 0 ? [field.toLowerCase(), ''] : [field.slice(0, equals).toLowerCase(), field.slice(equals + 1)];
    }),
  );
}
