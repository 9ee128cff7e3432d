import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { OWN_FOLDER, readWorkflow, REUSABLE, toActVariant } from '../../../script/workflows.ts';
import { makeRepository, type Repository } from '../dist.ts';
import { ACTION, POST } from '../programs.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** A caller's file: what starts it, and which of the two workflows it calls. */
export function callerOf(name: (typeof REUSABLE)[number], inputs: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries(inputs).map(([key, value]) => `      ${key}: '${value}'`);
  return [
    'name: ci',
    'on: [push, pull_request, merge_group, schedule, workflow_dispatch]',
    'permissions: {}',
    'jobs:',
    '  images:',
    '    permissions: { actions: read, attestations: write, checks: write, contents: read, id-token: write, pull-requests: write, security-events: write }',
    `    uses: ./.github/workflows/${name}.yml`,
    ...(given.length === 0 ? [] : ['    with:', ...given]),
    '',
  ].join('\n');
}

/** A repository as a user has it, with our workflows and our action where act finds them. */
export async function makeProject(files: Readonly<Record<string, string>>): Promise<Repository> {
  const workflows = REUSABLE.map(
    (name) => [`.github/workflows/${name}.yml`, toActVariant(readWorkflow(name))] as const,
  );
  const project = await makeRepository({ ...Object.fromEntries(workflows), ...files });
  const action = join(project.directory, OWN_FOLDER);
  await mkdir(action, { recursive: true });
  await copyFile(join(ROOT, 'action.yml'), join(action, 'action.yml'));
  for (const [path, program] of [
    ['dist/index.js', ACTION],
    ['dist/post/index.js', POST],
  ] as const) {
    await mkdir(dirname(join(action, path)), { recursive: true });
    await writeFile(join(action, path), `import ${JSON.stringify(program)};\n`);
  }
  await writeFile(join(action, 'dist/package.json'), '{ "type": "module" }\n');
  await execa('git', ['remote', 'add', 'origin', 'https://github.com/team/project.git'], { cwd: project.directory });
  return project;
}

/** Commits everything that was written since; the full id. */
export async function commitAll(project: Repository, message: string): Promise<string> {
  const git = (...words: string[]) =>
    execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], { cwd: project.directory });
  await git('add', '--all');
  await git('commit', '--quiet', '--allow-empty', `--message=${message}`);
  return (await git('rev-parse', 'HEAD')).stdout;
}
