import type { Config } from '../model/config.ts';
import type { Effects } from '../model/effects.ts';
import type { SourceEvent } from '../model/plan.ts';
import type { RunRecord } from '../model/record.ts';
import { type Affected, findAffected } from '../plan/affected.ts';
import { findChangedFiles } from '../plan/changed-files.ts';
import type { Request } from './request.ts';

/** Which images a run is about. */
export interface Scope {
  /** Why each may be affected by what the run changes; absent: every image is built. */
  readonly affected?: Affected;
  /** Images that are left out, for the record. */
  readonly unchanged: NonNullable<RunRecord['unchanged']>;
  /** Why nothing was left out although that was asked for. */
  readonly note?: string;
}

const EVERYTHING: Scope = { unchanged: [] };

/** What the diff of the event may affect; everything where that is not asked for or cannot be known. */
export async function findScope(
  effects: Effects,
  config: Config,
  request: Request,
  event: SourceEvent,
): Promise<Scope> {
  if (!isWanted(request, event)) return EVERYTHING;
  const change = await findChangedFiles(effects, config.directory, event);
  if (!change.known) return { ...EVERYTHING, note: `every image is built: ${change.reason}` };
  const affected = await findAffected(effects, config, change);
  const names = request.only.length > 0 ? request.only : config.images.map(({ name }) => name);
  const reason = `nothing it is made of changed since ${change.base.slice(0, 12)}`;
  return { affected, unchanged: names.filter((name) => !affected.has(name)).map((name) => ({ name, reason })) };
}

/** A build job of the reusable workflow builds what the plan gave it. */
function isWanted({ command, changedOnly, workflow }: Request, { name, tag }: SourceEvent): boolean {
  if (name === 'command-line' || (workflow !== undefined && command !== 'plan')) return false;
  return changedOnly ?? (tag === undefined && (name === 'pull_request' || name === 'merge_group'));
}
