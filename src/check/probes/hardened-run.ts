import type { ContainerSpec } from '../../model/engine.ts';
import type { HardenedFacts, HardenedFlag, TrialRun } from '../../model/facts.ts';
import type { ImageConfig } from '../../model/config.ts';
import type { RunPlace } from './run-place.ts';
import type { Subject } from './subject.ts';
import { tryStart } from './trial-run.ts';
import { findWritten, isReadOnlyTrouble, keepLeaves } from './written-paths.ts';

/** More than any ordinary service has and far below what a fork bomb wants; GKE and EKS allow about as many. */
const PIDS_LIMIT = 1024;

/** The flags that are not declared as not needed. */
export function hardenedFlags({ hardened }: Pick<ImageConfig, 'hardened'>): readonly HardenedFlag[] {
  return [
    ...(hardened.readOnly ? ['read-only' as const] : []),
    ...(hardened.capDrop ? ['cap-drop' as const] : []),
    ...(hardened.noNewPrivileges ? ['no-new-privileges' as const] : []),
  ];
}

/** Starts the service with everything taken away that most services do not need; where it fails, finds out which of it was needed. */
export async function observeHardened(subject: Subject, place: RunPlace, allowed: number): Promise<HardenedFacts> {
  const flags = hardenedFlags(subject.image);
  const start = (wanted: readonly HardenedFlag[]): Promise<TrialRun> =>
    tryStart(subject, place, { change: describeHardened(wanted, subject.image), allowed });
  const together = await start(flags);
  if (together.usable) return { flags, together, alone: {}, written: [] };
  const alone = await blameFlags(flags, together, start);
  if (alone['read-only']?.usable !== false) return { flags, together, alone, written: [] };
  const said = findWritten([...alone['read-only'].log, alone['read-only'].problem ?? '']);
  return { flags, together, alone, written: said.length > 0 ? said : await watchWrites(subject, place, allowed) };
}

/** What each flag alone comes to. The likeliest culprit is left out first: when that helps, two starts were enough. */
export async function blameFlags(
  flags: readonly HardenedFlag[],
  together: TrialRun,
  start: (wanted: readonly HardenedFlag[]) => Promise<TrialRun>,
): Promise<Partial<Record<HardenedFlag, TrialRun>>> {
  const [only, ...others] = flags;
  if (only === undefined) return {};
  if (others.length === 0) return { [only]: together };
  const likely = isReadOnlyTrouble([...together.log, together.problem ?? '']) ? 'read-only' : 'cap-drop';
  const suspect = flags.includes(likely) ? likely : only;
  const without = await start(flags.filter((flag) => flag !== suspect));
  if (without.usable) return Object.fromEntries(flags.map((flag) => [flag, flag === suspect ? together : without]));
  const alone: Partial<Record<HardenedFlag, TrialRun>> = {};
  for (const flag of flags) alone[flag] = await start([flag]);
  return alone;
}

function describeHardened(flags: readonly HardenedFlag[], { tmpfs }: ImageConfig): Partial<ContainerSpec> {
  return {
    pidsLimit: PIDS_LIMIT,
    ...(flags.includes('read-only') ? { readOnly: true, tmpfs } : {}),
    ...(flags.includes('cap-drop') ? { capDropAll: true } : {}),
    ...(flags.includes('no-new-privileges') ? { noNewPrivileges: true } : {}),
  };
}

/** A service that says nothing of what it could not write is started once more as it is, and the engine tells what it wrote. */
async function watchWrites(subject: Subject, place: RunPlace, allowed: number): Promise<readonly string[]> {
  const written: string[] = [];
  await tryStart(subject, place, {
    change: {},
    allowed,
    async whenUsable(run) {
      written.push(...(await run.effects.engine.changes(run.id)));
    },
  });
  const memory = subject.image.tmpfs.map((entry) => entry.split(':')[0] ?? entry);
  return keepLeaves(written, [...memory, ...subject.description.config.volumes, '/dev', '/proc', '/sys']);
}
