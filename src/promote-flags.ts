import type { Command } from 'commander';
import { collect } from './display-flags.ts';
import type { Promotion } from './pipeline/request.ts';

export interface PromoteFlags {
  readonly tag?: readonly string[];
  readonly from?: string;
  readonly back?: boolean;
}

/** What `slipway promote` takes beside the formats. */
export function promoteOptions(command: Command): Command {
  return command
    .description('give a proven digest further tags, here or in another repository, without a build')
    .argument('<what>', 'a digest (sha256:…), a commit, or HOST/PATH/IMAGE@sha256:…')
    .option('--tag <tag>', 'a version (all tags of its release) or any other tag (repeatable)', collect)
    .option('--from <host/path>', 'where it is; default: where images are published to, then staging')
    .option('--back', 'let tags go back to something older: a rollback')
    .option('--config <file>', 'the config; default slipway.yml')
    .option('--only <image>', 'only this image (repeatable)', collect)
    .option('--output <dir>', 'folder for the record; default: a folder of this project in your state directory')
    .option('--registry <host/path>', 'promote to this registry; the image name is appended');
}

/** What is promoted to which tags. */
export function toPromotion(what: string, { tag = [], from, back = false }: PromoteFlags): Promotion {
  return { what, tags: tag, back, ...(from === undefined ? {} : { from }) };
}
