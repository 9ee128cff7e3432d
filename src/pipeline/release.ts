import { isDenied, type WorkflowRun } from '../model/github.ts';
import { Fault } from '../model/fault.ts';
import type { SourceEvent } from '../model/plan.ts';
import type { RunRecord } from '../model/record.ts';
import { parseVersion } from '../model/release-version.ts';
import { chooseNames, findAll, promoteProven } from './promote.ts';
import type { ProvenImage } from './promotion-source.ts';
import { checkBeforeBuild } from './publish-stage.ts';
import type { Run } from './run.ts';
import { workflowRunOf } from './workflow-run.ts';

/** Milliseconds that a version tag waits for the run of its commit on a branch, and between two questions. */
const LONGEST = 30 * 60_000;
const PAUSE = 15_000;

/** The bytes that a version tag is about: proven and published already, or why there are none. */
export type Release =
  { readonly proven: readonly ProvenImage[] } | { readonly proven?: undefined; readonly why: string };

/** Whether the event is the push of a version tag of our own. */
export function isRelease({ tag, commit, fork }: SourceEvent): boolean {
  return tag !== undefined && commit !== undefined && !fork && parseVersion(tag) !== undefined;
}

/**
 * What the run of the tag's commit on a branch published. One that is still going is waited for up to half an hour: `git push --follow-tags`
 * starts both at once. Throws a Fault where the registry does not answer.
 */
export async function findRelease(run: Run, { commit = '' }: SourceEvent): Promise<Release> {
  const { clock, output, signal } = run.effects;
  const end = clock.monotonic() + LONGEST;
  let told: string | undefined;
  for (;;) {
    const found = await look(run, commit);
    if (found.proven !== undefined) return found;
    const going = await findGoing(run, commit);
    if (going === undefined) return found;
    if (clock.monotonic() >= end)
      return {
        why: `${found.why}; the run ${going.id} of this commit on ${going.headBranch ?? 'a branch'} was still going after 30 minutes`,
      };
    if (told !== going.id) {
      told = going.id;
      output.stderr(
        `release: waiting for the run ${going.id} of this commit on ${JSON.stringify(going.headBranch ?? '')}\n`,
      );
    }
    await clock.sleep(PAUSE, signal);
  }
}

/**
 * A version tag builds nothing where every image of its commit was proven and published already: those very bytes are the release.
 * Undefined where there is none, and says why; a build proves them anew.
 */
export async function promoteRelease(run: Run, event: SourceEvent): Promise<RunRecord | undefined> {
  const { tag = '' } = event;
  if (!isRelease(event)) return undefined;
  await checkBeforeBuild(run);
  const found = await findRelease(run, event);
  if (found.proven !== undefined) return promoteProven(run, { tags: [tag], back: false }, found.proven, [tag]);
  run.effects.output.stderr(`release: ${found.why}; it is built\n`);
  return undefined;
}

async function look(run: Run, commit: string): Promise<Release> {
  try {
    return {
      proven: await findAll(run, { names: chooseNames(run, undefined), wanted: { commit }, places: [run.target] }),
    };
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'user') throw error;
    return { why: error.message };
  }
}

/** A run of this workflow file for a push of the same commit to a branch, which has not ended. What may not be asked is not waited for. */
async function findGoing({ effects }: Run, commit: string): Promise<WorkflowRun | undefined> {
  const { github, env } = effects;
  if (github === undefined) return undefined;
  const own = workflowRunOf(effects);
  const path = /^[^@]*?\/[^@/]+\/(?<path>\.github\/workflows\/[^@]+)@/.exec(env['GITHUB_WORKFLOW_REF'] ?? '')?.groups?.[
    'path'
  ];
  try {
    const runs = await github.runsOf(commit);
    return runs.find(
      (one) =>
        one.id !== own &&
        one.event === 'push' &&
        one.status !== 'completed' &&
        one.headBranch !== env['GITHUB_REF_NAME'] &&
        (path === undefined || one.path.split('@')[0] === path),
    );
  } catch (error) {
    if (!isDenied(error)) throw error;
    effects.output.stderr(
      'release: the runs of this commit may not be listed (actions: read), so none is waited for\n',
    );
    return undefined;
  }
}
