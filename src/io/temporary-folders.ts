import { readlinkSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from './file-faults.ts';

/** Whose temporary folders these are: the run, and the process that carries it out. */
export interface FolderOwner {
  readonly run: string;
  readonly process: string;
}

const NAME = /^slipway-(?<run>[0-9a-f]{8,64})-(?<process>\d+_\d+)-[a-z]+-/;

/** The run in this process. */
export function makeOwner(run: string): FolderOwner {
  return { run, process: processName() };
}

/** Pids mean something only together with the namespace they are of: machines share /tmp and their engine with containers. */
export function processName(): string {
  return `${readNamespace()}_${String(process.pid)}`;
}

/** Makes a private folder whose name says who made it, so that it can be removed when its maker could not. */
export function makeOwnedFolder(parent: string, prefix: string, owner: FolderOwner): Promise<string> {
  return mkdtemp(join(parent, `slipway-${owner.run}-${owner.process}-${prefix}-`));
}

/** Removes what this user's killed runs left in `parent`: folders of the run `run`, and those whose process is gone. Never throws. */
export async function removeLeftovers(parent: string, run: string | undefined): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  await Promise.all(
    names.map(async (name) => {
      const found = NAME.exec(name)?.groups;
      if (found === undefined || !(found['run'] === run || isGone(found['process'] ?? ''))) return;
      const path = join(parent, name);
      if (await isOwnFolder(path)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }),
  );
}

/** `0` where there are no namespaces to tell apart. */
function readNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}

/** Whether a process of this namespace, named as above, has ended. */
export function isGone(owner: string): boolean {
  const [namespace, pid] = owner.split('_');
  if (namespace !== readNamespace()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return systemCode(error) === 'ESRCH';
  }
}

async function isOwnFolder(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    return found.isDirectory() && found.uid === process.getuid?.();
  } catch {
    return false;
  }
}
