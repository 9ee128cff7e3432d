import { join } from 'node:path';
import type { Effects } from '../model/effects.ts';
import type { Redaction } from '../model/redaction.ts';
import type { DeniedLog } from '../model/stack-config.ts';
import type { DeniedLine } from '../model/stack-facts.ts';
import { inspectStack } from './containers.ts';
import type { Deaths } from './deaths.ts';
import { findTrouble } from './trouble.ts';

/** Bounds what an endless printer can make us read and keep. */
const KEPT_LINES = 5000;
const SHOWN_LINES = 20;
/** Begins a line of ours between what was printed. */
const CHAPTER = '--- ';
const LONGEST = 400;

/** What every service printed so far, over all its containers, oldest first. */
export interface StackLogs {
  /** Adds what the containers printed; called before they are removed, and once at the end. */
  gather(chapter: string): Promise<void>;
  /** Last lines of a service since it was started last; of one that ended and was started again, those before that end. */
  tail(service: string): readonly string[];
  /** The line of those that most likely says what is wrong. */
  trouble(service: string): string | undefined;
  /** What a container printed until then, milliseconds since the epoch. */
  until(id: string, at: number): Promise<readonly string[]>;
  find(denied: readonly DeniedLog[]): readonly DeniedLine[];
  /** Writes a file for each service and returns the folder. */
  write(folder: string): Promise<void>;
}

/** What is printed on the way out comes a moment before the engine has noticed the end; the next life begins later. */
const END_SLACK = 20;

/** Logs of the containers that carry the label, with secrets taken out. */
export function makeLogs(effects: Effects, label: string, redact: Redaction, deaths: Pick<Deaths, 'last'>): StackLogs {
  const lines = new Map<string, string[]>();
  const last = new Map<string, readonly string[]>();
  /** Container → lines of it that were told before. */
  const told = new Map<string, number>();
  const read = async (id: string, until?: number): Promise<readonly string[]> => {
    const { both } = await effects.engine.logs(id, KEPT_LINES, until);
    return redact(both)
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '');
  };
  const readNew = async (id: string): Promise<readonly string[]> => {
    const printed = await read(id);
    const before = told.get(id) ?? 0;
    told.set(id, printed.length);
    return printed.slice(before);
  };
  return {
    async gather(chapter) {
      for (const [service, states] of await inspectStack(effects, label)) {
        const printed = (await Promise.all(states.map(({ id }) => readNew(id)))).flat();
        lines.set(service, [...(lines.get(service) ?? []), `${CHAPTER}${chapter}`, ...printed]);
        const again = states.find(
          ({ id, running, restarts }) => running && restarts > 0 && deaths.last(id) !== undefined,
        );
        const end = again === undefined ? undefined : deaths.last(again.id)?.at;
        last.set(service, again === undefined || end === undefined ? printed : await read(again.id, end + END_SLACK));
      }
    },
    tail: (service) => (last.get(service) ?? []).slice(-SHOWN_LINES).map((line) => line.slice(0, LONGEST)),
    trouble: (service) => findTrouble(last.get(service) ?? [])?.slice(0, LONGEST),
    until: (id, at) => read(id, at + END_SLACK),
    find: (denied) => denied.flatMap((pattern) => findDenied(pattern, lines)),
    async write(folder) {
      await effects.files.makeDirectory(folder);
      for (const [service, kept] of lines) {
        await effects.files.writeAtomic(join(folder, `${service}.log`), `${kept.join('\n')}\n`);
      }
    },
  };
}

function findDenied(
  { match, except, services, place }: DeniedLog,
  lines: ReadonlyMap<string, readonly string[]>,
): readonly DeniedLine[] {
  return [...lines].flatMap(([service, kept]) => {
    if (services.length > 0 && !services.includes(service)) return [];
    const isDenied = (text: string): boolean =>
      !text.startsWith(CHAPTER) && text.search(match) >= 0 && (except === undefined || text.search(except) < 0);
    const line = kept.findIndex(isDenied);
    if (line < 0) return [];
    const text = (kept[line] ?? '').slice(0, LONGEST);
    return [{ service, line: line + 1, count: kept.filter(isDenied).length, text, pattern: String(match), place }];
  });
}
