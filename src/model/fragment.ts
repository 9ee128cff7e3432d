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

/** The last attempt of each job: what a job that was run again left before does not count. */
export function newestFragments<T extends Fragment>(fragments: readonly T[]): readonly T[] {
  const newest = new Map<string, T>();
  for (const fragment of fragments) {
    const name = `${fragment.job}\0${fragment.key}`;
    if ((newest.get(name)?.attempt ?? 0) < fragment.attempt) newest.set(name, fragment);
  }
  return [...newest.values()];
}
