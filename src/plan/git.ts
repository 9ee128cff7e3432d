import type { Effects } from '../model/effects.ts';

/** What git says of the work tree that holds a folder. */
export interface WorkTree {
  readonly commit?: string;
  readonly branch?: string;
  readonly defaultBranch?: string;
  /** Seconds since the epoch. */
  readonly commitTime?: number;
  readonly dirty: boolean;
  /** Why something above is missing. */
  readonly note?: string;
}

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const DEADLINE = 20_000;

/**
 * Commit, branch and cleanness of the work tree, asked from git as data.
 * Never throws for a missing repository or a missing git: `note` says it.
 */
export async function readWorkTree(effects: Effects, directory: string): Promise<WorkTree> {
  const [status, head, time] = await Promise.all([
    askGit(effects, directory, ['status', '--porcelain=v2', '--branch', '--untracked-files=normal', '-z']),
    askGit(effects, directory, ['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD']),
    askGit(effects, directory, ['log', '-1', '--format=%ct', 'HEAD', '--']),
  ]);
  if (status.text === undefined) return { dirty: false, note: status.reason };
  const commitTime = /^\d+\s*$/.test(time.text ?? '') ? Number(time.text) : undefined;
  const defaultBranch = /^origin\/(.+)$/s.exec((head.text ?? '').trimEnd())?.[1];
  return {
    ...parseStatus(status.text),
    ...(defaultBranch === undefined ? {} : { defaultBranch }),
    ...(commitTime === undefined ? {} : { commitTime }),
  };
}

/** Reads `git status --porcelain=v2 --branch -z`: header records start with `#`, every other record is a difference. */
export function parseStatus(text: string): WorkTree {
  const records = text.split('\0').filter((record) => record !== '');
  const header = (name: string): string | undefined => {
    const prefix = `# ${name} `;
    return records.find((record) => record.startsWith(prefix))?.slice(prefix.length);
  };
  const oid = header('branch.oid') ?? '';
  const head = header('branch.head');
  const commit = COMMIT.test(oid) ? oid : undefined;
  const detached = head === undefined || head === '(detached)';
  const note =
    commit === undefined
      ? 'the branch has no commit yet'
      : detached
        ? 'HEAD is detached: there is no branch'
        : undefined;
  return {
    dirty: records.some((record) => !record.startsWith('# ')),
    ...(commit === undefined ? {} : { commit }),
    ...(detached ? {} : { branch: head }),
    ...(note === undefined ? {} : { note }),
  };
}

/** The full id of a commit that is given by it or by its first digits; undefined for what this clone does not know. */
export async function resolveCommit(effects: Effects, directory: string, text: string): Promise<string | undefined> {
  if (COMMIT.test(text)) return text;
  if (!/^[0-9a-f]{7,63}$/.test(text)) return undefined;
  const answer = await askGit(effects, directory, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${text}^{commit}`,
  ]);
  const commit = (answer.text ?? '').trim();
  return COMMIT.test(commit) && commit.startsWith(text) ? commit : undefined;
}

type GitAnswer = { readonly text: string } | { readonly text: undefined; readonly reason: string };

/** One question to git about a folder; never throws. */
export async function askGit(effects: Effects, directory: string, argv: readonly string[]): Promise<GitAnswer> {
  try {
    const result = await effects.processes.run('git', ['-C', directory, ...argv], {
      // No index refresh is written: another git of the user may hold the lock.
      env: { LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
      deadline: DEADLINE,
      signal: effects.signal,
    });
    if (result.exitCode === 0) return { text: result.stdout };
    return { text: undefined, reason: explainFailure(result.stderr, result.timedOut) };
  } catch {
    return { text: undefined, reason: 'git could not be started (is it on PATH?)' };
  }
}

function explainFailure(stderr: string, timedOut: boolean): string {
  if (timedOut) return `git did not answer within ${String(DEADLINE / 1000)} s`;
  if (stderr.includes('not a git repository')) return 'the folder is not in a git repository';
  if (stderr.includes('dubious ownership')) {
    return 'git refuses the folder because another user owns it (git config --global --add safe.directory)';
  }
  return `git failed: ${stderr.split('\n', 1)[0] ?? ''}`;
}
