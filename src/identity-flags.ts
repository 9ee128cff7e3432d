import type { Command } from 'commander';
import type { Request } from './pipeline/request.ts';

export interface IdentityFlags {
  readonly workloadIdentityProvider?: string;
  readonly serviceAccount?: string;
}

/** What every command that asks a registry takes. */
export function identityOptions(command: Command): Command {
  return command
    .option('--workload-identity-provider <name>', 'ask the registry without a stored key; default: from the config')
    .option('--service-account <account>', 'act as this account; default: from the config');
}

export function toIdentity(flags: IdentityFlags): Pick<Request, 'workloadIdentityProvider' | 'serviceAccount'> {
  const { workloadIdentityProvider, serviceAccount } = flags;
  return {
    ...(workloadIdentityProvider === undefined ? {} : { workloadIdentityProvider }),
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
  };
}
