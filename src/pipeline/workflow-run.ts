import type { Effects } from '../model/effects.ts';

/** The id that the jobs of one workflow run share; undefined outside of GitHub. */
export function workflowRunOf({ env }: Pick<Effects, 'env'>): string | undefined {
  const id = env['GITHUB_RUN_ID'] ?? '';
  return /^\d{1,20}$/.test(id) ? id : undefined;
}
