import { resolve } from 'node:path';
import type { Command } from 'commander';
import { collect } from './display-flags.ts';
import type { InitGoogleRequest } from './pipeline/init-google.ts';

export interface InitGoogleFlags {
  readonly output: string;
  readonly update?: boolean;
  readonly repository?: string;
  readonly repositoryId?: string;
  readonly ownerId?: string;
  readonly defaultBranch?: string;
  readonly workflow?: string;
  readonly workflowCommit?: readonly string[];
  readonly registry?: string;
  readonly staging?: string;
  readonly poolId?: string;
  readonly providerId?: string;
  readonly serviceAccount?: string;
  readonly issuer?: string;
  readonly immutable?: boolean;
}

/** What `slipway init google` takes. */
export function initGoogleOptions(command: Command): Command {
  return command
    .description('write what Google has to be told so that this repository may publish without a stored key')
    .option('--registry <host/path>', 'LOCATION-docker.pkg.dev/PROJECT/REPOSITORY that images are published to')
    .option('--staging <host/path>', 'where candidates wait; default: the registry’s name with -staging')
    .option('--repository <owner/name>', 'of GitHub; default: GITHUB_REPOSITORY')
    .option('--repository-id <number>', 'its number, which outlives renaming; default: GITHUB_REPOSITORY_ID')
    .option('--owner-id <number>', 'its owner’s number; default: GITHUB_REPOSITORY_OWNER_ID')
    .option('--default-branch <name>', 'default: main')
    .option('--workflow <path>', 'the workflow file that may publish; default: Slipway’s own images.yml')
    .option('--workflow-commit <id>', 'a commit of it, beside those that your workflows pin (repeatable)', collect)
    .option('--pool-id <id>', 'default: github')
    .option('--provider-id <id>', 'default: slipway')
    .option('--service-account <name>', 'put an account between publishing jobs and the repositories')
    .option(
      '--issuer <url>',
      'who signs the tokens of jobs; default: github.com’s, or the Enterprise Server the job runs on',
    )
    .option('--immutable', 'make the tags of the release repository immutable, without any that move')
    .option('--output <dir>', 'folder for the files', 'slipway-google')
    .option('--update', 'write the rules anew for the commits that your workflows pin now');
}

/** The answers that were given as flags. */
export function toInitGoogleRequest(flags: InitGoogleFlags, directory: string): InitGoogleRequest {
  const given = {
    repository: flags.repository,
    'repository-id': flags.repositoryId,
    'owner-id': flags.ownerId,
    'default-branch': flags.defaultBranch,
    workflow: flags.workflow,
    'workflow-commit': flags.workflowCommit,
    registry: flags.registry,
    staging: flags.staging,
    'pool-id': flags.poolId,
    'provider-id': flags.providerId,
    'service-account': flags.serviceAccount,
    issuer: flags.issuer,
    immutable: flags.immutable,
  };
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { directory, output: resolve(directory, flags.output), given: known, update: flags.update === true };
}
