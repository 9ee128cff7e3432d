import type { DockerfileFacts, DockerfileInstruction } from '../model/facts.ts';
import type { Place } from '../model/place.ts';
import type { RuleFinding } from '../model/verdict.ts';
import { readableInstruction } from './budget.ts';

/**
 * The line that decides a setting of the image: the last such instruction of the stage that is built or of the stages it starts from,
 * else the FROM line of the built stage, where the instruction is missing.
 */
export function locateInstruction(facts: DockerfileFacts, keyword: string, target?: string): Place | undefined {
  const built = findStage(facts, target);
  if (built === undefined) return undefined;
  for (let stage: number | undefined = built; stage !== undefined; stage = parentOf(facts, stage)) {
    const current = stage;
    const line = facts.instructions.findLast((entry) => entry.stage === current && entry.keyword === keyword)?.line;
    if (line !== undefined) return { file: facts.file, line };
  }
  const line = facts.stages[built]?.line;
  return line === undefined ? undefined : { file: facts.file, line };
}

/** The instructions of the stage that is built and of the stages it starts from, in the order in which they act. */
export function builtInstructions(facts: DockerfileFacts, target?: string): DockerfileInstruction[] {
  const stages: number[] = [];
  for (let stage = findStage(facts, target); stage !== undefined; stage = parentOf(facts, stage)) stages.unshift(stage);
  return stages.flatMap((stage) => facts.instructions.filter((entry) => entry.stage === stage));
}

/** The image from outside at the root of the stage that is built; undefined where it cannot be known. */
export function rootReference(facts: DockerfileFacts, target?: string): string | undefined {
  let root: number | undefined;
  for (let stage = findStage(facts, target); stage !== undefined; stage = parentOf(facts, stage)) root = stage;
  return root === undefined ? undefined : facts.stages[root]?.reference;
}

function findStage(facts: DockerfileFacts, target: string | undefined): number | undefined {
  const last = facts.stages.length - 1;
  if (target === undefined) return last < 0 ? undefined : last;
  return findNamed(facts, target, facts.stages.length);
}

function parentOf(facts: DockerfileFacts, stage: number): number | undefined {
  const base = facts.stages[stage]?.base;
  return base === undefined ? undefined : findNamed(facts, base, stage);
}

/** Stage names are case-insensitive, and a stage can only start from an earlier one. */
function findNamed(facts: DockerfileFacts, name: string, before: number): number | undefined {
  const wanted = name.toLowerCase();
  const index = facts.stages.findLastIndex((stage, at) => at < before && stage.name?.toLowerCase() === wanted);
  return index < 0 ? undefined : index;
}

/** The line that a line of the image's history, or a name in its config, was made from; undefined where several or none could be meant. */
export function locateWritten(facts: DockerfileFacts, written: NonNullable<RuleFinding['written']>): Place | undefined {
  const reachable = facts.instructions.filter(({ stage }) => stage < 0 || facts.stages[stage]?.reachable === true);
  const line =
    'history' in written
      ? reachable.findLast((entry) => isSameInstruction(entry, written.history))?.line
      : reachable.findLast(({ keyword, text }) => keyword === written.keyword && setsName(text, written.name))?.line;
  return line === undefined ? undefined : { file: facts.file, line };
}

const FLAGS = /^(?:--[a-z-]+(?:=\S+)?\s+)+/;

/** BuildKit writes history without flags and with variables filled in, so only what stands before the first variable is compared. */
function isSameInstruction({ keyword, text }: DockerfileInstruction, history: string): boolean {
  const wanted = readableInstruction(history);
  const own = text.replace(FLAGS, '').replaceAll('`', "'").replace(/\s+/g, ' ').trim();
  const [fixed = ''] = `${keyword} ${own}`.split('$');
  const compared = fixed.slice(0, wanted.endsWith('…') ? wanted.length - 1 : undefined);
  return (
    fixed.length > keyword.length + 1 &&
    (fixed === `${keyword} ${own}` ? isStart(wanted, compared) : wanted.startsWith(compared))
  );
}

function isStart(wanted: string, compared: string): boolean {
  return wanted === compared || wanted === `${compared}…`;
}

function setsName(text: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?:^|\\s)["']?${escaped}["']?(?:[=\\s]|$)`).test(text);
}
