import { z } from 'zod';
import type { AccountFacts, ObservedProcess } from '../../../model/facts.ts';
import type { Finding, Judgement } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { quoteLine } from '../../run-words.ts';
import { failWith } from '../../findings.ts';

/** Groups that lead to root, to other people's passwords or to raw disks on ordinary distributions. */
const POWERFUL = ['docker', 'sudo', 'wheel', 'shadow', 'disk'];

const settings = z.strictObject({
  allow: z
    .array(z.union([z.int().min(0), z.string().min(1)]))
    .optional()
    .meta({ description: 'Groups that processes may be in, by gid or name; OpenShift needs 0.' }),
});

/** No process outside root is in a group that gives it root's files or more, whether by its own gid or as a supplementary one. */
export const userGroups = defineRule({
  id: 'user.groups',
  title: 'No process is in the root group or another powerful one',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['processes', 'accounts'],
  instruction: 'USER',
  settings,
  check({ processes, accounts }, { settings: { allow = [] } }): Judgement {
    const own = processes.processes.flatMap(whoItBecame);
    if (own.length === 0) return { status: 'skipped', reason: 'every process is root: see user.runtime' };
    if (processes.source === 'top') {
      return { status: 'undecided', reason: 'the engine’s process list tells no groups' };
    }
    const names = nameGroups(accounts);
    const allowed = new Set(allow.map(String));
    const powerful = (gid: number): boolean => {
      const name = names.get(gid);
      if (allowed.has(String(gid)) || (name !== undefined && allowed.has(name))) return false;
      return gid === 0 || (name !== undefined && POWERFUL.includes(name));
    };
    const gids = new Set(own.flatMap((process) => [...process.gids, ...process.groups]));
    return failWith(
      [...gids].filter(powerful).map((gid) => describe(gid, names.get(gid), own)),
      `gid ${[...gids].sort((left, right) => left - right).join(', ')}`,
    );
  },
});

/** An entrypoint that drops is judged by what it dropped to; what stays root is another rule's. */
function whoItBecame(process: ObservedProcess): readonly ObservedProcess[] {
  const became = { ...process, ...process.last };
  return process.own && !became.uids.includes(0) ? [became] : [];
}

function nameGroups({ group }: AccountFacts): ReadonlyMap<number, string> {
  return new Map([[0, 'root'], ...(group ?? []).map(({ gid, name }) => [gid, name] as const)]);
}

function describe(gid: number, name: string | undefined, own: readonly ObservedProcess[]): Finding {
  const process = own.find(({ gids, groups }) => [...gids, ...groups].includes(gid));
  const primary = process?.gids.includes(gid) === true;
  const group = `${name ?? 'unnamed'} (gid ${String(gid)})`;
  return {
    message: `process ${quoteLine(process?.command ?? '')} is in the group ${group}${primary ? '' : ' as a supplementary one'}`,
    seen: group,
    allowed: `none of gid 0, ${POWERFUL.join(', ')}`,
    remedy:
      gid === 0 && primary
        ? 'Name a group of its own too, USER 10001:10001: a uid without an entry in /etc/passwd gets gid 0.'
        : `Take the user out of the group in /etc/group (gpasswd -d USER ${name ?? String(gid)}).`,
  };
}
