import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { DoctorRequest } from './pipeline/doctor.ts';

export interface DoctorFlags {
  readonly provider?: string;
  readonly claims?: string;
}

/** What `slipway doctor` takes beside the formats. */
export function doctorOptions(command: Command): Command {
  return command
    .description('go the way to the registry step by step: names, token, condition, permissions; nothing is pushed')
    .option('--config <file>', 'the config; default slipway.yml')
    .option('--registry <host/path>', 'the registry to look at; default: from the config')
    .option(
      '--provider <file>',
      'the provider as `gcloud iam workload-identity-pools providers describe --format=json` prints it',
    )
    .option('--claims <file>', 'hold these claims against the provider instead of this job’s');
}

/** The files that were named, absolute. */
export function toDoctorFiles(flags: DoctorFlags, directory: string): Pick<DoctorRequest, 'provider' | 'claims'> {
  return {
    ...(flags.provider === undefined ? {} : { provider: resolve(directory, flags.provider) }),
    ...(flags.claims === undefined ? {} : { claims: resolve(directory, flags.claims) }),
  };
}
