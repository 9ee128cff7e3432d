import type { RunRecord } from './record.ts';

/** The record of one job of a workflow run. */
export interface Fragment {
  /** As the workflow names it: `build`, `gpu-retry`. */
  readonly job: string;
  /** Which of the jobs of a matrix: the images it is about. */
  readonly key: string;
  /** 1, and more for a job that was run again. */
  readonly attempt: number;
}
export interface ReadFragment extends Fragment {
  readonly record: RunRecord;
}

const PREFIX = 'slipway-record';
const NAME = /^slipway-record\.(?<job>[\w-]{1,100})\.(?<key>[a-z0-9][a-z0-9._-]{0,200})\.(?<attempt>[1-9]\d{0,5})$/;

/** Name of the artifact that holds a fragment. */
export function fragmentName({ job, key, attempt }: Fragment): string {
  return [PREFIX, job, key, String(attempt)].join('.');
}

/** The fragment that an artifact holds by its name; undefined for all others. */
export function parseFragmentName(name: string): Fragment | undefined {
  const groups = NAME.exec(name)?.groups;
  if (groups === undefined) return undefined;
  return { job: groups['job'] ?? '', key: groups['key'] ?? '', attempt: Number(groups['attempt']) };
}

/** What tells the jobs of a matrix apart: the images one is about. */
export function fragmentKey(only: readonly string[]): string {
  const [first = 'all', ...others] = only;
  return others.length === 0 ? first : `${first}-and-${String(others.length)}-more`;
}

/** Jobs that each job of the reusable workflow starts after. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  build: ['plan'],
  gpu: ['plan', 'build'],
  stack: ['plan', 'build'],
  'gpu-watch': ['plan', 'build'],
  'gpu-retry': ['plan', 'build', 'gpu-watch'],
  'gpu-retry-watch': ['plan', 'build', 'gpu-watch'],
  publish: ['plan', 'build', 'stack', 'gpu-watch', 'gpu-retry-watch'],
};

/**
 * What counts in an attempt of the run: the last attempt of each job, unless a job that it starts after was run again since. Such a job
 * was run again as well, or skipped; what it left before is about other builds. What claims to be of a later attempt is nobody's.
 */
export function currentFragments<T extends Fragment>(fragments: readonly T[], attempt: number): readonly T[] {
  const newest = newestFragments(fragments.filter((fragment) => fragment.attempt <= attempt));
  return newest.filter(({ job, attempt: own }) =>
    newest.every((other) => other.attempt <= own || BEFORE[job]?.includes(other.job) !== true),
  );
}

/** The last attempt of each job: what a job that was run again left before does not count. */
function newestFragments<T extends Fragment>(fragments: readonly T[]): readonly T[] {
  const newest = new Map<string, T>();
  for (const fragment of fragments) {
    const name = `${fragment.job}\0${fragment.key}`;
    if ((newest.get(name)?.attempt ?? 0) < fragment.attempt) newest.set(name, fragment);
  }
  return [...newest.values()];
}
