// Decides whether a job may run here; job-started.sh starts it. No dependencies, Node.js 20 and later.
import { readFileSync, statSync } from 'node:fs';
import process from 'node:process';

/** Nobody outside the repository can cause these to run code of their own. */
const EVENTS = ['push', 'pull_request', 'merge_group', 'workflow_dispatch', 'schedule', 'release'];
/** Events whose payload says which repository the code comes from, and where. */
const HEADS = {
  pull_request: (event) => event.pull_request?.head?.repo,
  pull_request_target: (event) => event.pull_request?.head?.repo,
  pull_request_review: (event) => event.pull_request?.head?.repo,
  pull_request_review_comment: (event) => event.pull_request?.head?.repo,
  workflow_run: (event) => event.workflow_run?.head_repository,
};
const EVENT_LIMIT = 64 * 2 ** 20;

/** Why the job is refused; undefined: it may run. */
function refuse({ GITHUB_EVENT_NAME: name = '', GITHUB_REPOSITORY: repository = '', ...environment }) {
  if (!/^[a-z_]+$/.test(name)) return 'the job does not say which event it runs for';
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) return 'the job does not say which repository it runs for';
  const more = (environment.SLIPWAY_RUNNER_EVENTS ?? '').split(/[\s,]+/);
  if (![...EVENTS, ...more].includes(name)) return `this runner takes no jobs for the event ${name}`;
  const event = readEvent(environment.GITHUB_EVENT_PATH ?? '');
  if (event === undefined) return 'the event of the job cannot be read';
  const home = event.repository?.full_name;
  if (typeof home !== 'string' || home.toLowerCase() !== repository.toLowerCase()) {
    return 'the event is not one of this repository';
  }
  const headOf = Object.hasOwn(HEADS, name) ? HEADS[name] : undefined;
  return headOf === undefined ? undefined : refuseHead(headOf(event), event.repository);
}

/** The id is compared too: names can be given away and taken again. */
function refuseHead(head, home) {
  // A fork that was deleted is null.
  if (typeof head !== 'object' || head === null) return 'the event does not say which repository the code comes from';
  const same =
    typeof head.full_name === 'string' &&
    head.full_name.toLowerCase() === home.full_name.toLowerCase() &&
    Number.isInteger(head.id) &&
    head.id === home.id;
  return same ? undefined : 'the code comes from another repository (a fork)';
}

function readEvent(path) {
  try {
    if (statSync(path).size > EVENT_LIMIT) return undefined;
    const event = JSON.parse(readFileSync(path, 'utf8'));
    return typeof event === 'object' && event !== null && !Array.isArray(event) ? event : undefined;
  } catch {
    return undefined;
  }
}

const reason = refuse(process.env);
if (reason !== undefined) {
  process.stdout.write(`::error title=Job refused::${reason}; see docs/guides/gpu-runners.md of Slipway\n`);
  process.exitCode = 1;
}
