import { z } from 'zod';
import { formatDuration } from '../../../model/duration.ts';
import type { ObservedProcess, ProcessFacts } from '../../../model/facts.ts';
import type { Finding, Judgement } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { quoteLine } from '../../run-words.ts';
import { durationSetting } from '../../settings.ts';

const WITHIN = 5000;
/** A process that was root this shortly before the last sample never dropped. */
const AT_THE_END = 500;
const SHOWN = 3;

const settings = z.strictObject({
  'expect-drop-to': z.int().min(1).optional().meta({ description: 'Uid that every process must end up with.' }),
  within: durationSetting
    .optional()
    .meta({ description: 'Time after the start by which nothing is root any more.', usual: '5s' }),
});

/** An entrypoint that starts as root drops to the declared uid in time, and nothing is root afterwards. */
export const userDropEntrypoint = defineRule({
  id: 'user.drop-entrypoint',
  title: 'An entrypoint that starts as root drops to the declared uid',
  severity: 'off',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['processes'],
  instruction: 'USER',
  settings,
  check({ processes }, { settings: { 'expect-drop-to': uid, within = WITHIN } }): Judgement {
    if (uid === undefined) return { status: 'skipped', reason: '`expect-drop-to` is not declared' };
    const own = processes.processes.filter((process) => process.own);
    if (own.length === 0) return { status: 'undecided', reason: 'no process of the container could be looked at' };
    const allowed = `uid ${String(uid)} within ${formatDuration(within)}`;
    const [first, ...others] = own.flatMap((process) => judgeProcess(process, processes, uid, within, allowed));
    if (first !== undefined) return { status: 'failed', findings: [first, ...others.slice(0, SHOWN - 1)] };
    const last = Math.max(0, ...own.map((process) => process.rootAt ?? 0));
    return { status: 'passed', seen: last === 0 ? 'never root' : `root until ${formatDuration(last)}` };
  },
});

function judgeProcess(
  process: ObservedProcess,
  { until = 0 }: ProcessFacts,
  uid: number,
  within: number,
  allowed: string,
): Finding[] {
  const { rootAt } = process;
  const lastUids = (process.last ?? process).uids;
  const rooted = rootAt !== undefined && (rootAt > within || rootAt >= until - AT_THE_END);
  const name = quoteLine(process.command);
  if (rooted) {
    const message = `process ${name} was still root or held capabilities ${formatDuration(rootAt)} after the start`;
    const remedy =
      'Let the entrypoint end in `exec setpriv --reuid … --regid … --clear-groups` (or gosu, su-exec), and start nothing before.';
    return [{ message, seen: `uid ${lastUids.join('/')}`, allowed, remedy }];
  }
  // One that was root for a moment and ended has no last uid worth judging.
  if (lastUids.includes(0) || lastUids.every((id) => id === uid)) return [];
  const message = `process ${name} runs as uid ${String(lastUids[1])}`;
  return [
    {
      message,
      seen: `uid ${lastUids.join('/')}`,
      allowed,
      remedy: 'Correct the uid the entrypoint drops to, or `expect-drop-to`.',
    },
  ];
}
