import type { Effects } from './model/effects.ts';
import { type Check, type GitHub, isDenied } from './model/github.ts';
import { messageOf } from './model/fault.ts';
import type { RunRecord } from './model/record.ts';
import type { RunArtifacts } from './model/run-artifacts.ts';
import { renderCheck, renderImageChecks } from './report/check-run.ts';
import { commentMark, hasNews, renderComment } from './report/comment.ts';
import { toLine } from './report/escape.ts';
import { mergeReleaseNotes, renderReleaseNotes } from './report/release-notes.ts';
import { renderSarif } from './report/sarif.ts';
import { keepComment } from './sticky-comment.ts';

/** What goes to GitHub itself instead of into a file or the log. */
export const GITHUB_REPORTS = ['check', 'image-checks', 'comment', 'release'] as const;
type Written = (typeof GITHUB_REPORTS)[number] | 'sarif';
/** Artifacts of runs whose token only reads begin so; `report` in a workflow of the default branch takes them up. */
export const DEFERRED = 'slipway-report.';

type World = Pick<Effects, 'env' | 'github'> & { readonly artifacts?: RunArtifacts };
/** Why something was left out; undefined: it was not. */
type Omission = string | undefined;

/**
 * Writes the check run, the comment and the alerts that were asked for, and says in a line each what was left out and why.
 * Nothing here changes the verdict: a fork's token that only reads is said and is no error.
 */
export async function reportToGitHub(
  world: World,
  record: RunRecord,
  reports: readonly string[],
): Promise<readonly string[]> {
  const wanted = ([...GITHUB_REPORTS, 'sarif'] as const).filter((name) => reports.includes(name));
  if (wanted.length === 0 || world.env['GITHUB_ACTIONS'] !== 'true') return [];
  const { github } = world;
  if (github === undefined)
    return wanted
      .filter((name) => name !== 'sarif')
      .map((name) => `${name}: not written, the input github-token is empty`);
  const said: Omission[] = [];
  let denied = false;
  for (const name of wanted) {
    try {
      said.push(await WRITERS[name](github, record, world));
    } catch (error) {
      if (name === 'check' || name === 'comment') denied ||= isDenied(error);
      said.push(describeFailure(name, error, record));
    }
  }
  if (denied) said.push(await defer(world, record));
  return said.filter((line) => line !== undefined);
}

type Writer = (github: GitHub, record: RunRecord, world: World) => Promise<Omission>;

const WRITERS: Readonly<Record<Written, Writer>> = {
  check: async (github, record, { env }) => {
    const commit = record.source.head ?? record.source.commit;
    if (commit === undefined) return 'check: not written, the run is about no commit';
    await github.publishCheck(withPage(renderCheck(record, commit), env));
    return undefined;
  },
  'image-checks': async (github, record, { env }) => {
    const commit = record.source.head ?? record.source.commit;
    if (commit === undefined) return 'image-checks: not written, the run is about no commit';
    const checks = renderImageChecks(record, commit);
    for (const check of checks.slice(0, MOST_CHECKS)) await github.publishCheck(withPage(check, env));
    const more = checks.length - MOST_CHECKS;
    return more > 0 ? `image-checks: ${String(more)} images have none, ${String(MOST_CHECKS)} are written` : undefined;
  },
  comment: async (github, record) => {
    const { pullRequest } = record.source;
    if (pullRequest === undefined) return undefined;
    await keepComment(github, {
      issue: pullRequest,
      mark: commentMark(record),
      body: renderComment(record),
      worthCreating: hasNews(record),
    });
    return undefined;
  },
  release: async (github, record) => {
    const { tag } = record.source;
    if (tag === undefined) return undefined;
    const section = renderReleaseNotes(record);
    if (section === undefined) return 'release: its notes are as they were, nothing was published';
    const release = await github.findRelease(tag);
    if (release === undefined) return `release: there is none of the tag ${toLine(tag)} to write into`;
    const notes = mergeReleaseNotes(release.notes, section);
    if (notes === undefined) return 'release: its notes are as they were, there is no room in them';
    if (notes !== release.notes) await github.updateRelease(release.id, notes);
    return undefined;
  },
  sarif: async (github, record, { env }) => {
    const { commit } = record.source;
    const ref = env['GITHUB_REF'] ?? '';
    if (commit === undefined || !ref.startsWith('refs/')) return 'sarif: not uploaded, the run is about no commit';
    await github.uploadSarif({ commit, ref, sarif: renderSarif(record) });
    return undefined;
  },
};

/** GitHub takes some eighty writes a minute, and nobody reads more. */
const MOST_CHECKS = 30;

function withPage(check: Check, env: Effects['env']): Check {
  const page = runPage(env);
  return page === undefined ? check : { ...check, detailsUrl: page };
}

function describeFailure(name: Written, error: unknown, { source }: RunRecord): string {
  const what = name === 'sarif' ? 'not uploaded' : 'not written';
  if (!isDenied(error)) return `${name}: ${what}, ${toLine(messageOf(error))}`;
  if (source.fork) return `${name}: ${what}, the token of a fork or of Dependabot only reads`;
  return `${name}: ${what}, the job does not grant \`${NEEDS[name]}\``;
}

const NEEDS: Readonly<Record<Written, string>> = {
  release: 'contents: write',
  check: 'checks: write',
  'image-checks': 'checks: write',
  comment: 'pull-requests: write',
  sarif: 'security-events: write',
};

/** Leaves the record for a workflow that may write: report.yml on the default branch. */
async function defer({ env, artifacts }: World, record: RunRecord): Promise<Omission> {
  if (artifacts === undefined) return undefined;
  try {
    await artifacts.put(`${DEFERRED}${stepName(env)}`, Buffer.from(JSON.stringify(record)));
    return undefined;
  } catch (error) {
    return `the record could not be left for report.yml: ${toLine(messageOf(error))}`;
  }
}

/** Name of the artifact that a click opens: the HTML report of a job. */
export function pageName(env: Effects['env']): string {
  return `slipway.${stepName(env)}.html`;
}

/** Job and attempt: what tells the reports of a run apart. */
function stepName({ GITHUB_JOB: job = 'job', GITHUB_RUN_ATTEMPT: attempt = '1' }: Effects['env']): string {
  return `${job.replace(/[^\w-]/g, '-').slice(0, 100)}.${/^\d{1,6}$/.test(attempt) ? attempt : '1'}`;
}

/** Page of a workflow run, undefined where the server is not known. */
export function runPage(env: Effects['env'], run = env['GITHUB_RUN_ID'] ?? ''): string | undefined {
  const { GITHUB_SERVER_URL: server = '', GITHUB_REPOSITORY: repository = '' } = env;
  const known = /^https:\/\/[\w.-]+$/.test(server) && /^[\w.-]+\/[\w.-]+$/.test(repository) && /^\d+$/.test(run);
  return known ? `${server}/${repository}/actions/runs/${run}` : undefined;
}
