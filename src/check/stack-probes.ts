import { formatDuration } from '../model/duration.ts';
import type { StackFacts, StackProbe } from '../model/facts.ts';
import type { Finding, Judgement } from '../model/verdict.ts';
import { failWith } from './findings.ts';
import { quoteLine, quoteTrouble } from './run-words.ts';

/** What the declared requests or commands of a stack came to; `none`: why there are none where none is declared. */
export function judgeProbes(stack: StackFacts, probes: readonly StackProbe[], none: string): Judgement {
  if (stack.readyAfter === undefined) return { status: 'skipped', reason: 'the stack was not ready: see stack.ready' };
  if (probes.length === 0) return { status: 'skipped', reason: none };
  const slowest = Math.max(0, ...probes.map(({ elapsed = 0 }) => elapsed));
  return failWith(
    groupRefused(probes).flatMap((probe) => describeProbe(probe)),
    `${String(probes.length)}, the slowest took ${formatDuration(slowest)}`,
  );
}

/** Requests that find nobody on the same port have one cause: the first stands for all. */
function groupRefused(probes: readonly StackProbe[]): readonly StackProbe[] {
  const first = new Map<string, StackProbe>();
  const others = new Map<string, number>();
  for (const probe of probes) {
    const [problem = ''] = probe.problems;
    const key = problem.startsWith(REFUSED) ? problem : `${String(first.size)} ${probe.what}`;
    if (first.has(key)) others.set(key, (others.get(key) ?? 0) + 1);
    else first.set(key, probe);
  }
  return [...first].map(([key, probe]) => {
    const more = others.get(key);
    if (more === undefined) return probe;
    return { ...probe, what: `${probe.what} and ${String(more)} more ${more === 1 ? 'request' : 'requests'}` };
  });
}

const REFUSED = 'nothing listens';

const ELSEWHERE =
  'Ask on the port that the service listens on inside its container, or let it listen there, on every interface (0.0.0.0).';
const CORRECT = 'Correct the service, or what is declared where that is what is wrong.';

/** A request or command that was not met; nothing where it was. */
export function describeProbe(probe: StackProbe, when = ''): Finding[] {
  const { what, place, problems, attempts, said = '', trouble } = probe;
  if (problems.length === 0) return [];
  const tried = attempts > 1 ? ` after ${String(attempts)} attempts` : '';
  const answer = said.trim() === '' ? '' : `; it said ${quoteLine(said)}`;
  const printed = trouble === undefined ? '' : `; ${trouble.service} printed ${quoteTrouble(trouble.line)}`;
  const refused = problems.some((problem) => problem.startsWith(REFUSED));
  return [
    {
      message: `${when}${what}: ${problems.join('; ')}${tried}${answer}${printed}`,
      place,
      remedy: refused
        ? ELSEWHERE
        : trouble === undefined
          ? CORRECT
          : `See what it printed, stack/${trouble.service}.log in the output folder.`,
    },
  ];
}
