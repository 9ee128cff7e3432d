import type { Effects } from '../model/effects.ts';
import type { SourceEvent } from '../model/plan.ts';
import { describeActionsEvent, parsePayload, type EventPayload } from './actions-event.ts';
import { readWorkTree } from './git.ts';

/** GitHub cuts payloads at 25 MB; anything larger is not one. */
const PAYLOAD_LIMIT = 30_000_000;

/**
 * What set this run off and which commit it is about: GitHub's variables in Actions, git on the command line.
 * Branch, tag and commit stay data: nothing here reaches a shell.
 */
export async function detectEvent(effects: Effects, directory: string): Promise<SourceEvent> {
  if (effects.env['GITHUB_ACTIONS'] === 'true') return await detectActionsEvent(effects, directory);
  const { dirty, ...found } = await readWorkTree(effects, directory);
  return { name: 'command-line', dirty, fork: false, ...found };
}

async function detectActionsEvent(effects: Effects, directory: string): Promise<SourceEvent> {
  const [payload, tree] = await Promise.all([readPayload(effects), readWorkTree(effects, directory)]);
  const event = describeActionsEvent(effects.env, payload);
  // The checkout may be of another commit than the event (actions/checkout with `ref:`): then its time says nothing.
  const sameCommit = tree.commit !== undefined && tree.commit === event.commit;
  return sameCommit && tree.commitTime !== undefined ? { ...event, commitTime: tree.commitTime } : event;
}

async function readPayload(effects: Effects): Promise<EventPayload | undefined> {
  const path = effects.env['GITHUB_EVENT_PATH'];
  if (path === undefined || path === '') return undefined;
  const stat = await effects.files.stat(path);
  if (stat === undefined || stat.size > PAYLOAD_LIMIT) return undefined;
  return parsePayload(await effects.files.readText(path));
}
