import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Fault } from './model/fault.ts';
import { REPOSITORY } from './model/version.ts';
import type { VerifyRequest } from './pipeline/verify.ts';

export interface TrustFlags {
  readonly trustedRoot?: string;
  readonly repo?: string;
  readonly signer?: string;
  readonly issuer?: string;
}

const GITHUB = 'https://token.actions.githubusercontent.com';

/** Whose signatures `slipway verify` asks for. */
export function trustOptions(command: Command): Command {
  return command
    .option('--trusted-root <file>', 'ask for signatures under this Sigstore root (gh attestation trusted-root)')
    .option('--repo <owner/name>', 'the repository it has to be built from; goes with --trusted-root')
    .option('--signer <workflow>', 'the workflow that has to have signed; default: any of --repo, or Slipway’s own')
    .option('--issuer <url>', `who has to have vouched for the job; default ${GITHUB}`);
}

/** Throws a Fault for half of it: a signature by anybody proves nothing. */
export function toTrust(flags: TrustFlags, directory: string): Pick<VerifyRequest, 'trust'> {
  const { trustedRoot, repo, signer, issuer = GITHUB } = flags;
  if (trustedRoot === undefined && repo === undefined && signer === undefined) return {};
  if (trustedRoot === undefined || repo === undefined || !/^[\w.-]+\/[\w.-]+$/.test(repo)) {
    throw new Fault('a signature by anybody proves nothing', {
      where: trustedRoot === undefined ? '--trusted-root' : '--repo',
      remedy: 'Say both: --trusted-root FILE (gh attestation trusted-root >FILE) and --repo OWNER/NAME.',
    });
  }
  const workflows = signer === undefined ? [repo, `${REPOSITORY}/.github/workflows/images.yml`] : [signer];
  return { trust: { rootFile: resolve(directory, trustedRoot), repository: repo, workflows, issuer } };
}
