import type { CommitHistory, Standing } from '../model/commit-history.ts';
import type { Effects } from '../model/effects.ts';
import { messageOf } from '../model/fault.ts';

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const DEADLINE = 60_000;
/** Enough to know what other runs publish at the same time; older commits are asked for one by one. */
const RECENT = 5000;

/**
 * The history of a commit as the clone around a folder has it, asked from git when it is needed. A complete clone holds every ancestor:
 * a commit it lacks is none. A shallow one proves only what it shows,
 * beside the ancestors that the event names. Never throws: what git cannot say is `unknown` with the reason.
 */
export function readHistory(
  effects: Pick<Effects, 'processes' | 'signal'>,
  directory: string,
  commit: string,
  ancestors: readonly string[] = [],
): CommitHistory {
  let shallow: Promise<boolean> | undefined;
  const git = (...argv: readonly string[]) => askGit(effects, directory, argv);
  const isShallow = (): Promise<boolean> =>
    (shallow ??= git('rev-parse', '--is-shallow-repository').then(({ text }) => text.trim() === 'true'));

  async function compare(other: string): Promise<Standing> {
    if (other === commit) return { standing: 'same' };
    if (ancestors.includes(other)) return { standing: 'older' };
    if (!COMMIT.test(other)) return unknown('the commit it was built from is not named in full');
    const older = await git('merge-base', '--is-ancestor', other, commit);
    if (older.exitCode === 0) return { standing: 'older' };
    const newer = await git('merge-base', '--is-ancestor', commit, other);
    if (newer.exitCode === 0) return { standing: 'newer' };
    if (await isShallow()) return unknown(SHALLOW);
    const own = await git('cat-file', '-e', `${commit}^{commit}`);
    return own.exitCode === 0 ? { standing: 'apart' } : unknown(explain(own));
  }

  return {
    commit,
    compare,
    recent: async () => {
      const { exitCode, text } = await git('rev-list', `--max-count=${String(RECENT)}`, commit, '--');
      return exitCode === 0
        ? text
            .split('\n')
            .filter((line) => line !== '')
            .concat(ancestors)
        : [commit, ...ancestors];
    },
  };
}

const SHALLOW = 'this clone is shallow and does not show it (actions/checkout: fetch-depth: 0)';

function unknown(why: string): Standing {
  return { standing: 'unknown', why };
}

interface Answer {
  readonly exitCode: number;
  readonly text: string;
  readonly stderr: string;
}

async function askGit(
  { processes, signal }: Pick<Effects, 'processes' | 'signal'>,
  directory: string,
  argv: readonly string[],
): Promise<Answer> {
  try {
    const env = { LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1' };
    const result = await processes.run('git', ['-C', directory, ...argv], { env, deadline: DEADLINE, signal });
    return { exitCode: result.exitCode, text: result.stdout, stderr: result.stderr };
  } catch (error) {
    signal.throwIfAborted();
    return { exitCode: -1, text: '', stderr: messageOf(error) };
  }
}

function explain({ exitCode, stderr }: Answer): string {
  if (exitCode < 0) return 'git could not be started (is it on PATH?)';
  if (stderr.includes('not a git repository')) return 'the folder is not in a git repository';
  if (stderr.includes('dubious ownership')) return 'git refuses the folder because another user owns it';
  return 'git does not have the commit that is published';
}
