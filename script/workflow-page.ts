import { parseWorkflow, readWorkflow, type Reusable, type Workflow } from './workflows.ts';

/** What a caller writes; each must stay short, and grant what the called workflow asks for. */
export const CALLERS: Readonly<Record<Reusable, string>> = {
  verify: `name: images
on:
  pull_request:
  push: { branches: [main] }
  merge_group:
permissions: {}
jobs:
  images:
    permissions:
      contents: read
    uses: OWNER/slipway/.github/workflows/verify.yml@<full commit SHA>
`,
  images: `name: images
on:
  pull_request:
  push: { branches: [main], tags: ['v*'] }
  merge_group:
permissions: {}
jobs:
  images:
    permissions:
      actions: read
      attestations: write
      checks: write
      contents: read
      id-token: write
      pull-requests: write
      security-events: write
    uses: OWNER/slipway/.github/workflows/images.yml@<full commit SHA>
`,
};

const WHY: Readonly<Record<string, string>> = {
  'contents: read': 'check the repository out',
  'actions: read': 'runs of the same commit, jobs and artifacts of this run',
  'attestations: write': 'sign what is published',
  'checks: write': 'the check run with its annotations',
  'id-token: write': 'the identity that the registry trusts',
  'pull-requests: write': 'the one comment',
  'security-events: write': 'SARIF to code scanning',
};

/** Everything that any job of a workflow asks for: a caller that grants less gets no run at all. */
export function permissionsOf({ jobs }: Workflow): readonly string[] {
  const asked = Object.values(jobs).flatMap(({ permissions }) =>
    Object.entries(permissions).map(([name, level]) => `${name}: ${level}`),
  );
  // Who may write may read.
  return [...new Set(asked)]
    .filter((one) => !asked.includes(one.replace(/: read$/, ': write')) || one.endsWith(': write'))
    .toSorted();
}

/** docs/workflow.md: how the reusable workflows are called, with tables out of the files themselves. */
export function makeWorkflowPage(): string {
  return `<!-- Generated from the workflow files by script/generate.ts. -->

# The reusable workflows

One file in your repository, and every image of \`slipway.yml\` is built once, proven, and published as those very bytes. What has to be set up for publishing stands in [Publishing without a stored key](keyless.md).

Pin the full commit SHA: the workflow runs the action of its own commit, and whoever trusts one trusts the other.

## verify.yml: build and prove
Needs no right but to read the repository, so it is the same for a fork.

\`\`\`yaml
${CALLERS.verify}\`\`\`

${tables('verify')}
## images.yml: build, prove, publish
\`\`\`yaml
${CALLERS.images}\`\`\`

\`staging:\` in \`slipway.yml\` (or the input) is needed: the jobs that build user code, those that run it on a GPU, and the one that may publish have different rights, and the images wait between them in a registry.

\`\`\`
plan ──► build (a job per shard) ──► stack (the compose stack, with what was built) ─┐
                           ├──► gpu (a job per image, your machines)                  │
                           └──► gpu-watch ──► gpu-retry (what failed for the machine's sake)
                                     │    └──► gpu-retry-watch                        │
                                     └──────────────┴─────────────────────────────────┴──► publish ──► gate
\`\`\`

${tables('images')}
## What is built, checked and published
| event | built and proven | published |
|---|---|---|
| pull request, merge queue | what the diff may affect | nothing; candidates in staging where the identity allows |
| pull request of a fork, Dependabot | the same, with the same verdict | nothing; the cache is only read |
| push to the default branch | every image | \`sha-…\` and the branch's tag |
| push to another branch | every image | nothing; candidates in staging |
| tag \`v…\` | nothing where the commit was proven on its branch; else every image | the tags of the release, moving ones forward only |
| schedule, by hand | every image | as on the branch |

On a GPU are tried: pull requests as [\`gpu.pull-requests\`](guides/gpu-runners.md#which-pull-requests) says (all that may affect the image, by label, or by path), none of a fork, and everything else always.

Every part that was left out says why in the summary.

**What the diff may affect**: an image is left out only where nothing it is made of changed: its Dockerfile and ignore file, the files of its context that the Dockerfile takes, compose files it is checked with, \`slipway.yml\`, and other images of the file it starts from. Where that cannot be known (a shallow clone, a commit that is not there), every image is built. \`changed-only: false\` builds all.

## The cache
The build cache is what \`cache:\` says; \`auto\` takes the registry where there is one, else that of GitHub Actions, and the record says which and why. Facts about layers come along in every mode but \`none\`: what a layer holds is read once, about eight seconds a gigabyte, and other machines take it over through a small entry of GitHub's cache. They are taken over by runs that hand nothing on. What is staged or published is always read anew, since a cache can be written by every job of its branch ([why](decisions/0210-what-travels-through-the-actions-cache.md)). Forks only read, and \`cache-mode\` of a job is obeyed.

## The check to require
Branch protection requires one check, \`images / gate\` (the name of your job, then \`gate\`). It reports whatever became of the other jobs, and it fails for what the plan asked for and no job delivered: a job that was skipped never counts as passed. Do not put \`paths:\` above the workflow: then it never starts, and the check waits for ever. \`changed-only\` leaves out what did not change and still reports.

## Notes of a release
A job of yours with \`contents: write\`, which \`images.yml\` does not ask for, writes digests, sizes and tags into the notes of the tag's release: [Reports](reports.md#notes-of-a-release).

## Several runners
\`\`\`yaml
images:
  api: { dockerfile: docker/Dockerfile.api }
  inference: { dockerfile: docker/Dockerfile.inference, shard: large, runs-on: [self-hosted, linux, x64, large] }
\`\`\`
Images of one \`shard\` are built by one job, so that they share stages; without any there is one job for all. \`runs-on\` says where.

## A stack
Where \`slipway.yml\` has a \`stack:\`, the job \`stack\` (environment \`images-stack\`) takes the images of this run out of staging by digest, whichever jobs built them, and starts the stack with them: [Proving a stack](guides/stack.md#in-workflows). No image of the stack is published without its pass for these very digests, under this policy, in this run. It runs where the images of the stack are built, on \`ubuntu-24.04\` where that are runners of several kinds, or on those that \`stack.runs-on\` names.

| where | the stack |
|---|---|
| \`images.yml\` | is started by the job \`stack\`, with the images of all build jobs |
| \`images.yml\`, a fork or Dependabot (no identity, so nothing in staging) | is started by the build job; where several jobs build its images it is not, and the report says so |
| \`verify.yml\` | is started by the build job; where several jobs build its images the plan refuses, since they hand nothing on |
| a version tag of a commit that was proven | was started by the run of that commit: without its verdict in the record nothing is promoted |
| \`changed-only\`, and nothing it is made of changed | is not started, since no image of it is built |

## Other registries
Artifact Registry needs no secret. For ghcr.io, Docker Hub and any registry with a user name and a password, pass two secrets: [Other registries](guides/other-registries.md).

## GitHub Enterprise Server, and runners before 2.336
| | github.com, \`ghe.com\` | github.com, runner before 2.336 | Enterprise Server with artifacts v4 | Enterprise Server without |
|---|---|---|---|---|
| \`images.yml\`, \`verify.yml\` | yes | no: \`$/\` is not known | no: \`$/\` is not known | no |
| \`images-server.yml\`, \`verify-server.yml\` | yes | yes | yes | no: the plan says so and nothing is built |
| the action in one job (\`ship\`, \`check\`, \`publish\`, …) | yes | yes | yes | yes |
| facts about layers and \`cache: local\` through GitHub's cache | yes | yes | no (first version of the cache service) | no |
| attestations signed by Sigstore | yes | yes | no, attached unsigned | no, attached unsigned |

Whether a server has artifacts of version 4 is seen by what its runner offers (\`ACTIONS_RESULTS_URL\`, and a token for it), not by its name: where there is none, the first job ends with exit 2 and one sentence, and so does the gate. None of this was seen on a real Enterprise Server; the tests show it with the variables such a runner sets. Elsewhere than on github.com the workflow file has to be on the server: mirror this repository there and call the mirror.

Runners before 2.336 and Enterprise Servers do not know \`uses: $/\`. \`images-server.yml\` and \`verify-server.yml\` are generated from the same files and differ in that step only: the workflow's own commit is checked out into \`.git/slipway\`, where no build context takes it up, and the action is run from there.

## Where it is shown
Every row above, and what a reader may want to see of it, with the test that shows it (the file below \`__tests__/\`, and words of it).

| event | what | shown by |
|---|---|---|
| pull request of the same repository | built, checked, candidate in staging, nothing published, the gate | \`integration/event-rows.test.ts\` ['pull request', |
|  | only what the diff may affect, run by a runner | \`integration/workflow.test.ts\` a pull request builds what its diff may affect |
|  | GPU by label or path | \`pipeline/gpu-wishes.test.ts\` that changes a file below |
|  | the comment edited, not repeated, among 200 others | \`integration/github.test.ts\` which the next run edits: 200 others are there |
| pull request of a fork, Dependabot | the same verdict, no candidate, the gate | \`integration/event-rows.test.ts\` ['pull request of a fork', |
|  | end to end with a token that only reads | \`integration/github.test.ts\` a fork is judged alike with a token that only reads |
|  | no GPU job, and \`on-skip\` | \`pipeline/gpu-wishes.test.ts\` a fork, on-skip fail |
|  | the cache is only read | \`integration/actions-cache.test.ts\` a fork reads and leaves nothing |
|  | Dependabot | \`integration/event-rows.test.ts\` ['pull request of Dependabot', |
| push to the default branch | built, published, the gate, run by a runner | \`integration/workflow.test.ts\` a push to the default branch is built in shards |
|  | with a GPU job that has to be tried again | \`integration/workflow-gpu.test.ts\` another one is tried, and the image is published |
|  | with a GPU job that no machine takes | \`integration/workflow-gpu.test.ts\` a job that no machine takes is given up in time |
|  | an image that is blocked | \`integration/workflow.test.ts\` an image that is blocked is not published, the other one is |
| push to another branch | candidate in staging, nothing published | \`integration/event-rows.test.ts\` ['push to another branch', |
| merge queue | as a pull request | \`integration/event-rows.test.ts\` ['merge group', |
| tag \`v…\` | nothing built, the tags of the release, run by a runner | \`integration/workflow.test.ts\` a version tag of that commit gives those very bytes the tags of the release |
|  | waits for the branch's run | \`pipeline/release.test.ts\` waits for the run of its commit on a branch |
|  | the policy is asked for again | \`integration/promote.test.ts\` no record is attached to it, so nothing proves it |
| schedule | all, as on the branch | \`integration/event-rows.test.ts\` ['schedule', |
| by hand | all, as on the branch | \`integration/event-rows.test.ts\` ['dispatch', |
| \`workflow_run\` | what a fork's run could not write | \`github-reports.test.ts\` report.yml writes it afterwards, once, and edits it for the next run |
`;
}

function tables(name: Reusable): string {
  const workflow = parseWorkflow(readWorkflow(name));
  const { inputs, secrets, outputs } = workflow.on.workflow_call;
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const usual = (value: string | number | boolean | undefined): string =>
    value === '' || value === undefined ? '–' : `\`${String(value)}\``;
  const rows = [
    ...Object.entries(inputs).map(
      ([key, { description, default: value }]) => `| \`${key}\` | ${cell(description)} | ${usual(value)} |`,
    ),
    ...Object.entries(secrets).map(([key, { description }]) => `| secret \`${key}\` | ${cell(description)} | – |`),
  ];
  return `| input | meaning | default |
|---|---|---|
${rows.join('\n')}

| output | meaning |
|---|---|
${Object.entries(outputs)
  .map(([key, { description }]) => `| \`${key}\` | ${cell(description)} |`)
  .join('\n')}

| permission | for |
|---|---|
${permissionsOf(workflow)
  .map((permission) => `| \`${permission}\` | ${WHY[permission] ?? ''} |`)
  .join('\n')}
`;
}
