import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = join(import.meta.dirname, '..', '.github/workflows');
/** Where an own action is put that `$/` cannot name: inside of .git, where no build context takes it up. */
export const OWN_FOLDER = '.git/slipway';

/** Actions that workflows may use, with what `gh actions-lock` writes of them (version 0.0.2 of its format). */
const ACTIONS = {
  'actions/checkout': {
    commit: '3d3c42e5aac5ba805825da76410c181273ba90b1',
    version: 'v7.0.1',
    repository: 197_814_629,
  },
  'actions/setup-node': {
    commit: '820762786026740c76f36085b0efc47a31fe5020',
    version: 'v7.0.0',
    repository: 189_476_904,
  },
} as const;
/** GitHub's id of `actions`. */
const OWNER = 44_036_562;

/** The reusable workflows, for which there are variants and a page. */
export const REUSABLE = ['images', 'verify'] as const;
export type Reusable = (typeof REUSABLE)[number];

export function readWorkflow(name: string): string {
  return readFileSync(join(FOLDER, `${name}.yml`), 'utf8');
}

/** Names of all workflow files that are written by hand. */
export function listWorkflows(): readonly string[] {
  const variants = REUSABLE.map((name) => `${name}-server.yml`);
  return readdirSync(FOLDER).filter((file) => file.endsWith('.yml') && !variants.includes(file));
}

const step = z.object({ uses: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() });
const described = z.object({
  description: z.string(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
});
const workflowSchema = z.object({
  on: z.object({
    workflow_call: z.object({
      inputs: z.record(z.string(), described),
      secrets: z.record(z.string(), described),
      outputs: z.record(z.string(), described),
    }),
  }),
  jobs: z.record(z.string(), z.object({ permissions: z.record(z.string(), z.string()), steps: z.array(step) })),
});
export type Workflow = z.infer<typeof workflowSchema>;

/** A reusable workflow as far as pages and checks need it. */
export function parseWorkflow(text: string): Workflow {
  return workflowSchema.parse(parse(text));
}

const OWN_STEP = /^(?<indent> +)- (?:(?<id>id: .+\n)\s+)?uses: \$\/$/gm;

/** Every step that runs the own action by `$/`, replaced by a checkout and a step that runs it from a folder. */
function replaceOwnAction(text: string, checkout: readonly string[]): string {
  return text.replace(OWN_STEP, (...words) => {
    const { indent = '', id } = words.at(-1) as { indent?: string; id?: string };
    const uses = `uses: ./${OWN_FOLDER}`;
    const steps = [...checkout, id === undefined ? `- ${uses}` : `- ${id.trim()}\n${indent}  ${uses}`];
    return steps.map((line) => `${indent}${line}`).join('\n');
  });
}

const CHECKOUT = `uses: actions/checkout@${ACTIONS['actions/checkout'].commit} # ${ACTIONS['actions/checkout'].version}`;

/** For GitHub Enterprise Server, which does not know `$/`: the workflow's own commit is checked out beside the caller's. */
export function toServerVariant(name: Reusable): string {
  const note = `# Generated from ${name}.yml by script/generate.ts, for servers that do not know \`uses: $/\`; the same but for that step.\n`;
  const checkout = [
    `- ${CHECKOUT}`,
    '  with:',
    '    repository: ${{ job.workflow_repository }}',
    '    ref: ${{ job.workflow_sha }}',
    `    path: ${OWN_FOLDER}`,
    '    persist-credentials: false',
  ];
  return `${note}${replaceOwnAction(readWorkflow(name), checkout)}`;
}

/** For nektos/act 0.2.89, which knows neither \`$/\` nor two keys: `cache-mode` and `queue`. */
export function toActVariant(text: string): string {
  return replaceOwnAction(text, [`- ${CHECKOUT}`]).replace(/^ +(?:cache-mode: \w+|queue: max)\n/gm, '');
}

/** References to actions of others, with the version that stands beside each. */
export function listForeignActions(text: string): readonly { readonly uses: string; readonly comment: string }[] {
  return [...text.matchAll(/^ +(?:- )?uses: (?<uses>[^\s$.]\S*)(?: # (?<comment>.+))?$/gm)].map(({ groups }) => ({
    uses: groups?.['uses'] ?? '',
    comment: groups?.['comment'] ?? '',
  }));
}

/** Each reference to an action of others that is not the one we know, by its commit and its version. */
export function findUnknownActions(text: string): readonly string[] {
  const known = Object.entries(ACTIONS).map(([name, { commit, version }]) => `${name}@${commit} # ${version}`);
  return listForeignActions(text)
    .map(({ uses, comment }) => `${uses} # ${comment}`)
    .filter((reference) => !known.includes(reference));
}

/**
 * The workflow lockfile in the form that `gh actions-lock` gives it. Made here, because that program asks GitHub; what it
 * would find out there (commits and ids) was taken over once and stands above.
 */
export function makeLockfile(): string {
  const files = listWorkflows()
    .concat(REUSABLE.map((name) => `${name}-server.yml`))
    .toSorted();
  const used = files.map((file) => ({ file, actions: usedActions(file) })).filter(({ actions }) => actions.length > 0);
  const all = [...new Set(used.flatMap(({ actions }) => actions))].toSorted();
  const lines = [
    '# In the form of `gh actions-lock`; made by script/generate.ts.',
    '# Docs: https://gh.io/actions-lockfile',
    "version: 'v0.0.2'",
    'workflows:',
    ...used.flatMap(({ file, actions }) => [
      `    '.github/workflows/${file}':`,
      ...actions.map((name) => `        - '${pinOf(name)}'`),
    ]),
    'dependencies:',
    ...all.flatMap((name) => [
      `    '${pinOf(name)}':`,
      `        ref: '${ACTIONS[name].version}'`,
      `        commit: 'sha1-${ACTIONS[name].commit}'`,
      `        owner_id: ${String(OWNER)}`,
      `        repo_id: ${String(ACTIONS[name].repository)}`,
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

type Action = keyof typeof ACTIONS;

function usedActions(file: string): readonly Action[] {
  const variant = REUSABLE.find((name) => file === `${name}-server.yml`);
  const text = variant === undefined ? readFileSync(join(FOLDER, file), 'utf8') : toServerVariant(variant);
  const names = listForeignActions(text).map(({ uses }) => uses.split('@')[0]);
  return (Object.keys(ACTIONS) as Action[]).filter((name) => names.includes(name)).toSorted();
}

function pinOf(name: Action): string {
  return `${name}@${ACTIONS[name].commit}`;
}
