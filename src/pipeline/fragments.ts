import type { Effects } from '../model/effects.ts';
import {
  currentFragments,
  fragmentKey,
  fragmentName,
  parseFragmentName,
  type ReadFragment,
} from '../model/fragment.ts';
import { Fault } from '../model/fault.ts';
import { parseRecord } from '../model/record-parse.ts';
import type { RunRecord } from '../model/record.ts';
import type { RunArtifacts } from '../model/run-artifacts.ts';
import { workflowRunOf } from './workflow-run.ts';

/** A record of one job; the merged one has a limit of its own. */
const LIMIT_BYTES = 16 * 1024 * 1024;
/** More jobs than a workflow run has (GitHub: 256 of a matrix, a few matrices). */
const MOST = 1000;

/** Leaves a job's record for the jobs after it. */
export async function handOver(
  { env }: Pick<Effects, 'env'>,
  artifacts: RunArtifacts,
  only: readonly string[],
  record: RunRecord,
): Promise<void> {
  const name = fragmentName({ job: env['GITHUB_JOB'] ?? 'job', key: fragmentKey(only), attempt: attemptOf(env) });
  await artifacts.put(name, Buffer.from(JSON.stringify(record)));
}

/** What the jobs of this run left, as far as it counts in this attempt. Throws a Fault for one that is damaged or too large, and for more than a run can have. */
export async function readFragments(
  { env }: Pick<Effects, 'env'>,
  artifacts: RunArtifacts,
): Promise<readonly ReadFragment[]> {
  const named = (await artifacts.list()).flatMap((name) => parseFragmentName(name) ?? []);
  const wanted = currentFragments(named, attemptOf(env));
  if (wanted.length > MOST) {
    throw new Fault(`the run has ${String(wanted.length)} artifacts that are named like records of its jobs`, {
      remedy: `A run has at most ${String(MOST)}: find the job that writes the others.`,
    });
  }
  return Promise.all(
    wanted.map(async (fragment) => {
      const name = fragmentName(fragment);
      const text = Buffer.from(await artifacts.get(name, LIMIT_BYTES)).toString('utf8');
      const record = parseRecord(text, `artifact ${name}`);
      requireOwn(env, record, `artifact ${name}`);
      return { ...fragment, record };
    }),
  );
}

/** What the build jobs put into staging. */
export function stagedBy(fragments: readonly ReadFragment[]): ReadonlyMap<string, string> {
  const built = fragments.filter(({ job }) => job === 'build').flatMap(({ record }) => record.images);
  return new Map(built.flatMap(({ name, staged }) => (staged === undefined ? [] : [[name, staged.digest]])));
}

/** GitHub gives a run its own artifacts only; what is in one can still have been carried over from another run or commit. */
function requireOwn(env: Effects['env'], { run, source }: RunRecord, where: string): void {
  const own = workflowRunOf({ env });
  const commit = env['GITHUB_SHA'] ?? '';
  const wrong = [
    own === undefined || run.workflow === own ? [] : [`of the run ${run.workflow ?? 'of nobody'}, and this is ${own}`],
    !/^[0-9a-f]{40,64}$/.test(commit) || source.commit === commit
      ? []
      : [`of the commit ${source.commit ?? 'of nobody'}, and this is ${commit}`],
  ].flat();
  if (wrong.length === 0) return;
  throw new Fault(`the record that a job left is ${wrong.join('; it is ')}`, {
    where,
    remedy: 'Find the job that writes artifacts of this name, and run all jobs again.',
  });
}

function attemptOf(env: Effects['env']): number {
  const attempt = Number(env['GITHUB_RUN_ATTEMPT'] ?? '1');
  return Number.isSafeInteger(attempt) && attempt > 0 ? attempt : 1;
}
