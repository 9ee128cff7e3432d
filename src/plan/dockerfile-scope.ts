import type { DockerfileInstruction } from '../model/facts.ts';
import { parseAssignments, readOwn, type Dockerfile } from './dockerfile.ts';
import { expandWord, type Lookup } from './dockerfile-words.ts';

type Values = Map<string, string | null | undefined>;

/**
 * Visits every instruction of every stage with the variables it sees: ARG and ENV of its stage and ENV of the stages it
 * builds on. A name that none of them sets is unknown where the base image may set it, and unset on `scratch`.
 * The lookup is good only during the visit.
 */
export function visitInstructions(
  dockerfile: Dockerfile,
  args: Readonly<Record<string, string>>,
  visit: (instruction: DockerfileInstruction, lookup: Lookup) => void,
): void {
  const environments: Values[] = [];
  let values: Values = new Map();
  let lookup: Lookup = () => undefined;
  for (const instruction of dockerfile.instructions) {
    if (instruction.stage < 0) continue;
    if (instruction.keyword === 'FROM') {
      const parent = dockerfile.parents[instruction.stage];
      const inherited = parent === undefined ? undefined : environments[parent];
      const current: Values = new Map(inherited);
      values = current;
      environments.push(new Map(inherited));
      const unset = hasEmptyBase(dockerfile, instruction.stage) ? null : undefined;
      lookup = (name) => (current.has(name) ? current.get(name) : unset);
    }
    visit(instruction, lookup);
    for (const [name, value] of readValues(instruction, lookup, dockerfile, args)) {
      values.set(name, value);
      // Only ENV goes on into stages that build on this one; ARG ends with its stage.
      if (instruction.keyword === 'ENV') environments[instruction.stage]?.set(name, value);
    }
  }
}

function hasEmptyBase(dockerfile: Dockerfile, stage: number): boolean {
  let index = stage;
  for (let parent = dockerfile.parents[index]; parent !== undefined; parent = dockerfile.parents[index]) index = parent;
  return dockerfile.stages[index]?.base === 'scratch';
}

function readValues(
  { keyword, text }: DockerfileInstruction,
  lookup: Lookup,
  { escape, globals }: Dockerfile,
  args: Readonly<Record<string, string>>,
): readonly (readonly [string, string | null | undefined])[] {
  if (keyword !== 'ARG' && keyword !== 'ENV') return [];
  const legacy = keyword === 'ENV' ? /^([^\s=]+)\s+(\S[^]*)$/.exec(text) : null;
  const assignments = legacy === null ? parseAssignments(text, escape) : [[legacy[1] ?? '', legacy[2]] as const];
  return assignments.map(([name, word]) => {
    const value = word === undefined ? undefined : expandWord(word, lookup, escape);
    if (keyword === 'ENV') return [name, value];
    return [name, readOwn(args, name) ?? (word === undefined ? globals(name) : value)];
  });
}
