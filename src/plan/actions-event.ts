import { z } from 'zod';
import type { Effects } from '../model/effects.ts';
import type { EventName, PullRequestEvent, SourceEvent } from '../model/plan.ts';

type Environment = Effects['env'];

const NAMES: readonly EventName[] = ['push', 'pull_request', 'schedule', 'workflow_dispatch', 'merge_group'];
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const BOT = 'dependabot[bot]';

/** The few fields of a webhook payload that decide something; everything else is ignored. */
const payloadSchema = z.object({
  repository: z.object({ full_name: z.string(), default_branch: z.string().optional() }).optional(),
  pull_request: z
    .object({
      number: z.number().int().positive().optional().catch(undefined),
      labels: z
        .array(z.object({ name: z.string() }))
        .optional()
        .catch(undefined),
      head: z.object({
        ref: z.string(),
        sha: z.string().optional().catch(undefined),
        repo: z.object({ full_name: z.string() }).nullish(),
      }),
      base: z.object({ sha: z.string() }).optional().catch(undefined),
      user: z.object({ login: z.string() }).nullish(),
    })
    .optional(),
  merge_group: z.object({ base_sha: z.string() }).optional().catch(undefined),
  before: z.string().optional().catch(undefined),
  forced: z.boolean().optional().catch(undefined),
  commits: z
    .array(z.object({ id: z.string() }))
    .optional()
    .catch(undefined),
  sender: z.object({ login: z.string() }).nullish(),
});
export type EventPayload = z.infer<typeof payloadSchema>;

/** The payload of the event, or undefined when the text is not one. */
export function parsePayload(text: string): EventPayload | undefined {
  try {
    return payloadSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * The event as GitHub Actions describes it (docs: "Default environment variables", "Webhook events and payloads").
 * A pull request whose payload cannot be read counts as one from a fork.
 */
export function describeActionsEvent(env: Environment, payload: EventPayload | undefined): SourceEvent {
  const name = NAMES.find((known) => known === env['GITHUB_EVENT_NAME']) ?? 'other';
  const ref = env['GITHUB_REF'] ?? '';
  const commit = env['GITHUB_SHA'] ?? '';
  const branch = branchOf(name, ref, env, payload);
  const tag = afterPrefix(ref, 'refs/tags/');
  const defaultBranch = payload?.repository?.default_branch;
  return {
    name,
    // Earlier steps of a job may well write into the checkout; what they do is part of the same commit.
    dirty: false,
    fork: isUntrusted(env, payload),
    ...(COMMIT.test(commit) ? { commit } : { note: 'GITHUB_SHA is not a commit' }),
    ...(branch === undefined ? {} : { branch }),
    ...(tag === undefined ? {} : { tag }),
    ...(defaultBranch === undefined ? {} : { defaultBranch }),
    ...pullRequestOf(name, ref, payload),
    ...ancestorsOf(name, commit, payload),
    ...comparedWith(payload),
  };
}

function comparedWith(payload: EventPayload | undefined): Pick<SourceEvent, 'base' | 'head'> {
  const { pull_request: request, merge_group: group, before } = payload ?? {};
  const base = request?.base?.sha ?? group?.base_sha ?? before ?? '';
  const head = request?.head.sha ?? '';
  return {
    ...(COMMIT.test(base) && !/^0+$/.test(base) ? { base } : {}),
    ...(COMMIT.test(head) ? { head } : {}),
  };
}

/** GitHub names the branch of a merge group after the last pull request in it. */
const QUEUED = /^refs\/heads\/gh-readonly-queue\/.+\/pr-([1-9]\d{0,9})-[0-9a-f]{40,64}$/;

function pullRequestOf(
  name: EventName,
  ref: string,
  payload: EventPayload | undefined,
): { readonly pullRequest?: PullRequestEvent } {
  if (name === 'merge_group') {
    const number = Number(QUEUED.exec(ref)?.[1]);
    return Number.isNaN(number) ? {} : { pullRequest: { number } };
  }
  const request = payload?.pull_request;
  if (name !== 'pull_request' || request?.number === undefined) return {};
  const { number, labels } = request;
  return {
    pullRequest: {
      number,
      ...(labels === undefined ? {} : { labels: labels.map((label) => label.name) }),
    },
  };
}

/** A push says which commits it adds and what the branch pointed to before: enough where the clone is shallow. */
function ancestorsOf(
  name: EventName,
  commit: string,
  payload: EventPayload | undefined,
): Pick<SourceEvent, 'ancestors'> {
  if (name !== 'push' || payload === undefined) return {};
  const before = payload.forced === false ? [payload.before ?? ''] : [];
  const named = [...before, ...(payload.commits ?? []).map(({ id }) => id)];
  const ancestors = named.filter((id) => COMMIT.test(id) && id !== commit && !/^0+$/.test(id));
  return ancestors.length === 0 ? {} : { ancestors };
}

function branchOf(
  name: EventName,
  ref: string,
  env: Environment,
  payload: EventPayload | undefined,
): string | undefined {
  if (name === 'pull_request') return payload?.pull_request?.head.ref ?? nonEmpty(env['GITHUB_HEAD_REF']);
  return afterPrefix(ref, 'refs/heads/');
}

/** A head in another repository, a deleted head repository, or Dependabot: GitHub hands out no identity to write with. */
function isUntrusted(env: Environment, payload: EventPayload | undefined): boolean {
  if (env['GITHUB_ACTOR'] === BOT || payload?.sender?.login === BOT) return true;
  const request = payload?.pull_request;
  if (request === undefined) return (env['GITHUB_EVENT_NAME'] ?? '').startsWith('pull_request');
  if (request.user?.login === BOT) return true;
  const home = payload?.repository?.full_name ?? env['GITHUB_REPOSITORY'];
  return home === undefined || request.head.repo?.full_name !== home;
}

function afterPrefix(text: string, prefix: string): string | undefined {
  return text.startsWith(prefix) ? nonEmpty(text.slice(prefix.length)) : undefined;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
