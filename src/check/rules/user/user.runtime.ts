import type { UserExpectation } from '../../../model/config.ts';
import type { ObservedProcess, ProcessFacts } from '../../../model/facts.ts';
import type { Finding, Judgement } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { quoteLine } from '../../run-words.ts';
import { noSettings } from '../../settings.ts';

/** What /proc says about every process of the container from start until stop: the only truth about users. */
export const userRuntime = defineRule({
  id: 'user.runtime',
  title: 'No process of the running container is root or holds capabilities',
  severity: 'error',
  always: true,
  keys: ['user'],
  kinds: ['service', 'job'],
  needs: ['processes'],
  instruction: 'USER',
  settings: noSettings,
  check: ({ processes }, { image }) => judgeProcesses(processes, image.user ?? 'non-root'),
});

const SHOWN = 3;

function judgeProcesses(facts: ProcessFacts, expected: UserExpectation): Judgement {
  const own = facts.processes.filter((process) => process.own);
  if (own.length === 0) return { status: 'undecided', reason: 'no process of the container could be looked at' };
  const allowed = typeof expected === 'number' ? `uid ${String(expected)}` : 'non-root, no capabilities';
  const findings = own.flatMap((process) => {
    const problem = complainAbout(process, expected);
    return problem === undefined ? [] : [describeFinding(process, problem, allowed, expected)];
  });
  const [first, ...others] = findings;
  if (first !== undefined) return { status: 'failed', findings: [first, ...others.slice(0, SHOWN - 1)] };
  const uids = [...new Set(own.map((process) => process.uids[1]))].sort((left, right) => left - right);
  const seen = `uid ${uids.join(', ')} in ${String(own.length)} processes and ${String(facts.samples)} samples`;
  return { status: 'passed', seen: facts.source === 'top' ? `${seen} (capabilities could not be seen)` : seen };
}

function complainAbout(process: ObservedProcess, expected: UserExpectation): string | undefined {
  const [real, effective, saved, fileSystem] = process.uids;
  if (process.uids.includes(0)) {
    const ids = `real ${String(real)}, effective ${String(effective)}, saved ${String(saved)}, file-system ${String(fileSystem)}`;
    return effective === 0 ? 'runs as root (uid 0)' : `can become root again (uids: ${ids})`;
  }
  const { capEffective, capPermitted, capAmbient } = process;
  if ([capEffective, capPermitted, capAmbient].some((mask) => /[1-9a-f]/i.test(mask))) {
    return `holds capabilities (effective ${capEffective}, permitted ${capPermitted}, ambient ${capAmbient})`;
  }
  const other = typeof expected === 'number' ? process.uids.find((uid) => uid !== expected) : undefined;
  return other === undefined ? undefined : `runs as uid ${String(other)}`;
}

function describeFinding(
  process: ObservedProcess,
  problem: string,
  allowed: string,
  expected: UserExpectation,
): Finding {
  const remedy =
    expected === 'root' || expected === 0
      ? 'Root is declared: add a waiver for user.runtime with a reason and an expiry date.'
      : 'End the Dockerfile with a numeric USER, or make the entrypoint drop to one and never come back.';
  return {
    message: `process ${quoteLine(process.command)} ${problem}`,
    seen: `uid ${process.uids.join('/')}`,
    allowed,
    remedy,
  };
}
