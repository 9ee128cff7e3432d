import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files below a folder that hold one of the secrets, and how many were looked at. */
export async function searchFiles(
  folder: string,
  secrets: ReadonlySet<string>,
): Promise<{ readonly files: number; readonly leaks: readonly string[] }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const leaks: string[] = [];
  for (const file of files) if (holdsSecret(await readFile(file, 'latin1'), secrets)) leaks.push(file);
  return { files: files.length, leaks };
}

export function holdsSecret(text: string, secrets: ReadonlySet<string>): boolean {
  return [...secrets].some((secret) => text.includes(secret));
}

/** What was seen of the machine's processes while it watched. */
export interface ProcessWatch {
  /** How many argument lists were read. */
  readonly seen: () => number;
  /** Programs that had a secret in their arguments. */
  readonly leaks: () => readonly string[];
  end(): void;
}

/** Reads the argument list of every process again and again: any user of the machine can. */
export function watchArguments(secrets: ReadonlySet<string>, every = 50): ProcessWatch {
  const found = new Set<string>();
  const lists = new Set<string>();
  let busy = false;
  const look = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      // A process may end between the two questions.
      const words = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
      lists.add(words);
      if (holdsSecret(words, secrets)) found.add(words.split('\0')[0] ?? '');
    }
    busy = false;
  };
  const timer = setInterval(() => void look(), every);
  return {
    seen: () => lists.size,
    leaks: () => [...found],
    end: () => {
      clearInterval(timer);
    },
  };
}
