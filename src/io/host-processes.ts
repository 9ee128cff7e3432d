import { readdir, readFile } from 'node:fs/promises';
import type { HostProcesses } from '../model/effects.ts';

/** Where this host keeps what is asked for; tests give folders of their own. */
export interface HostFolders {
  readonly proc: string;
  readonly cgroup: string;
}

/** Reads /proc and the cgroup file system of this host; anything that is not there is undefined, never empty. */
export function makeHostProcesses(folders: HostFolders = { proc: '/proc', cgroup: '/sys/fs/cgroup' }): HostProcesses {
  const file = (path: string): Promise<string | undefined> => readOptional(`${folders.proc}/${path}`);
  return {
    async pidsOf(containerId, initPid) {
      const groups = findCgroups((await file(`${String(initPid)}/cgroup`)) ?? '', containerId);
      for (const folder of [groups.pids, groups.unified, groups.memory]) {
        if (folder === undefined) continue;
        for (const mount of folder.mounts) {
          const pids = await readPids(`${folders.cgroup}${mount}${folder.path}`);
          if (pids.includes(initPid)) return pids;
        }
      }
      return undefined;
    },
    async findPids(containerId) {
      for (const path of usualFolders(containerId)) {
        const pids = await readPids(`${folders.cgroup}${path}`);
        if (pids.length > 0) return pids;
      }
      return undefined;
    },
    status: (pid) => file(`${String(pid)}/status`),
    uidMap: (pid) => file(`${String(pid)}/uid_map`),
    async commandLine(pid) {
      return (await file(`${String(pid)}/cmdline`))?.split('\0').join(' ').trim();
    },
    children: (pid) => readChildren(`${folders.proc}/${String(pid)}/task`),
    async sockets(pid) {
      const tcp = await file(`${String(pid)}/net/tcp`);
      return tcp === undefined ? undefined : { tcp, tcp6: (await file(`${String(pid)}/net/tcp6`)) ?? '' };
    },
    async memory(containerId, initPid) {
      const groups = findCgroups((await file(`${String(initPid)}/cgroup`)) ?? '', containerId);
      return (
        (await readMemory(folders.cgroup, groups.memory, V1)) ?? (await readMemory(folders.cgroup, groups.unified, V2))
      );
    },
  };
}

/** Where Docker puts a container with its cgroupfs and its systemd driver, on v1, hybrid and v2 hosts. */
function usualFolders(containerId: string): readonly string[] {
  const places = [`/docker/${containerId}`, `/system.slice/docker-${containerId}.scope`];
  return ['/pids', '/unified', ''].flatMap((mount) => places.map((place) => `${mount}${place}`));
}

interface MemoryFiles {
  readonly peak: string;
  readonly kills: string;
}
const V1: MemoryFiles = { peak: 'memory.max_usage_in_bytes', kills: 'memory.oom_control' };
const V2: MemoryFiles = { peak: 'memory.peak', kills: 'memory.events' };

async function readMemory(
  root: string,
  group: Cgroup | undefined,
  files: MemoryFiles,
): Promise<{ readonly peak?: number; readonly kills?: number } | undefined> {
  for (const mount of group?.mounts ?? []) {
    const folder = `${root}${mount}${group?.path ?? ''}`;
    const peak = Number((await readOptional(`${folder}/${files.peak}`))?.trim());
    const kills = /^oom_kill (\d+)$/m.exec((await readOptional(`${folder}/${files.kills}`)) ?? '')?.[1];
    const known = Number.isSafeInteger(peak) && peak > 0;
    if (known || kills !== undefined) {
      return { ...(known ? { peak } : {}), ...(kills === undefined ? {} : { kills: Number(kills) }) };
    }
  }
  return undefined;
}

interface Cgroup {
  /** Folders below the cgroup mount where this hierarchy may hang. */
  readonly mounts: readonly string[];
  readonly path: string;
}

/**
 * The container's cgroups out of `/proc/<pid>/cgroup` (cgroups(7)): v1 `pids` and `memory`, and the unified hierarchy,
 * which is the whole mount on v2 hosts and the `unified` folder on hybrid ones.
 * A path that does not name the container is somebody else's and left out.
 */
export function findCgroups(
  text: string,
  containerId: string,
): { readonly pids?: Cgroup; readonly memory?: Cgroup; readonly unified?: Cgroup } {
  const found: { pids?: Cgroup; memory?: Cgroup; unified?: Cgroup } = {};
  for (const line of text.split('\n')) {
    const [, hierarchy, controllers, whole] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    const path = cutAfterContainer(whole ?? '', containerId);
    if (path === undefined) continue;
    const names = controllers?.split(',') ?? [];
    if (hierarchy === '0') found.unified = { mounts: ['', '/unified'], path };
    if (names.includes('pids')) found.pids = { mounts: ['/pids', `/${controllers ?? ''}`], path };
    if (names.includes('memory')) found.memory = { mounts: ['/memory', `/${controllers ?? ''}`], path };
  }
  return found;
}

/** The path up to the folder that carries the container's id; undefined when there is none or it leaves the mount. */
function cutAfterContainer(path: string, containerId: string): string | undefined {
  const parts = path.split('/');
  const at = parts.findIndex((part) => part.includes(containerId));
  return at < 0 || parts.includes('..') ? undefined : parts.slice(0, at + 1).join('/');
}

/** A container may sort its processes into cgroups of its own below the one it was given. */
async function readPids(folder: string): Promise<number[]> {
  const pids = parsePids(await readOptional(`${folder}/cgroup.procs`));
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) pids.push(...(await readPids(`${folder}/${entry.name}`)));
    }
  } catch {
    // Removed while it was read.
  }
  return pids;
}

/** Each thread has children of its own (`/proc/<pid>/task/<tid>/children`, proc(5)). */
async function readChildren(folder: string): Promise<readonly number[] | undefined> {
  try {
    const threads = await readdir(folder);
    const texts = await Promise.all(threads.map((thread) => readOptional(`${folder}/${thread}/children`)));
    if (texts.every((text) => text === undefined)) return undefined;
    return texts.flatMap((text) => parsePids(text?.trim().split(' ').join('\n')));
  } catch {
    return undefined;
  }
}

function parsePids(text: string | undefined): number[] {
  return (text ?? '')
    .split('\n')
    .map((line) => Number(line))
    .filter((pid) => Number.isSafeInteger(pid) && pid > 0);
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'latin1');
  } catch {
    return undefined;
  }
}
