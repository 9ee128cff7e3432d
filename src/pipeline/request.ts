import { resolve } from 'node:path';
import { isRegistryPath, REGISTRY } from '../config/file-schema.ts';
import { describeAccountProblem, describeProviderProblem } from '../google/names.ts';
import type { CacheMode, Config } from '../model/config.ts';
import { Fault } from '../model/fault.ts';
import type { GpuVerdict } from '../model/gpu-verdict.ts';
import type { StackJobEnd, StackVerdict } from '../model/stack-judgement.ts';
import type { Target } from '../model/target.ts';

export type Command =
  'plan' | 'build' | 'check' | 'stage' | 'stack' | 'gpu' | 'gpu-watch' | 'publish' | 'ship' | 'promote';

/** What is to be promoted and to which tags. */
export interface Promotion {
  /** A digest, a commit, or `host/path/image@digest`; undefined: the commit of the event. */
  readonly what?: string;
  /** Empty: the version tag of the event. */
  readonly tags: readonly string[];
  /** `host/path` the images come from; undefined: where they are published to, then staging. */
  readonly from?: string;
  /** Tags may go back to something older. */
  readonly back: boolean;
}

/** What the user asked for, whichever face they asked through. */
export interface Request {
  readonly command: Command;
  /** Undefined: slipway.yml when it is there, else images are found. */
  readonly config?: string;
  /** Folder relative paths start from, absolute. */
  readonly directory: string;
  /** Image names; empty: all. */
  readonly only: readonly string[];
  /** Folder for the record and reports, absolute. */
  readonly output: string;
  /** Undefined: the config's registry, else an OCI layout in the output folder. */
  readonly target?: Target;
  readonly cache?: CacheMode;
  readonly informational?: boolean;
  /** Images that were not built here, to judge only; absent or empty: the config's images are built. */
  readonly given?: readonly string[];
  /** Instead of the config's own. */
  readonly staging?: string;
  /** For `stack`: what the last check cleared is run, and nothing is built. */
  readonly checked?: boolean;
  /** For `publish`, `gpu` and `stack`: the workflow run whose candidates in staging are meant. */
  readonly stagedRun?: string;
  /** For `promote`: what, and to which tags. */
  readonly promotion?: Promotion;
  /** The base image of what is judged, where its provenance does not say. */
  readonly base?: string;
  /** Instead of the config's own. */
  readonly workloadIdentityProvider?: string;
  readonly serviceAccount?: string;
  /** Build only what the diff may affect; absent: on pull requests and in merge queues. */
  readonly changedOnly?: boolean;
  /** Switch the containerd image store on where the machine is one of GitHub's own. */
  readonly prepareEngine?: boolean;
  /** The reusable workflow this job is part of. */
  readonly workflow?: 'images' | 'verify';
  /** Digest of each image that the build jobs of the same workflow run put into staging, as they say in that run itself. */
  readonly stagedDigests?: ReadonlyMap<string, string>;
  /** What GPU jobs of the same workflow run said of the images. */
  readonly gpuVerdicts?: readonly GpuVerdict[];
  /** Records of `slipway gpu` on other machines, absolute paths. */
  readonly gpuRecords?: readonly string[];
  /** What a job of the same workflow run said of the stack it started. */
  readonly stackVerdicts?: readonly StackVerdict[];
  /** How the job of this workflow run ended that starts the stack. */
  readonly stackJob?: StackJobEnd;
  /** Records of `slipway stack` on other machines, absolute paths. */
  readonly stackRecords?: readonly string[];
  /** Which attempt of `gpu` this is; default: one more than there are. */
  readonly attempt?: number;
  /** False: judge without starting containers. */
  readonly containers: boolean;
}

/** The config as the command line or the action's inputs change it. */
export function applyOverrides(config: Config, request: Request): Config {
  return {
    ...config,
    ...overrideGoogle(config, request),
    ...(request.staging === undefined ? {} : { staging: request.staging }),
    cache: request.cache ?? config.cache,
    informational: request.informational ?? config.informational,
  };
}

/** Throws a Fault that tells the usual mistakes in a name apart. */
function overrideGoogle(config: Config, request: Request): Pick<Config, 'google'> {
  const provider = request.workloadIdentityProvider ?? config.google?.identity.provider;
  const serviceAccount = request.serviceAccount ?? config.google?.identity.serviceAccount;
  if (provider === undefined) return {};
  requireName('workload-identity-provider', request.workloadIdentityProvider, describeProviderProblem);
  requireName('service-account', request.serviceAccount, describeAccountProblem);
  const account = serviceAccount === undefined ? {} : { serviceAccount };
  return { google: { ...config.google, identity: { ...config.google?.identity, provider, ...account } } };
}

function requireName(input: string, text: string | undefined, describe: (text: string) => string | undefined): void {
  const problem = text === undefined ? undefined : describe(text);
  if (problem === undefined) return;
  throw new Fault(`\`${String(text).slice(0, 120)}\` ${problem}`, {
    where: `input ${input}`,
    remedy: 'Correct the input.',
  });
}

/** The request's target, else the config's registry, else an OCI layout under the output folder: no server, no account. Throws a Fault for what is no registry: after the build would be late. */
export function chooseTarget(config: Config, request: Request): Target {
  const { target } = request;
  if (request.staging !== undefined && !isRegistryPath(request.staging))
    throw new Fault(`${JSON.stringify(request.staging)} is not a staging repository`, { remedy: `Write ${REGISTRY}.` });
  if (target?.type === 'registry' && !isRegistryPath(target.location))
    throw new Fault(`${JSON.stringify(target.location)} is not a registry to publish to`, {
      remedy: `Write ${REGISTRY}.`,
    });
  if (target !== undefined) return target;
  if (config.registry !== undefined) return { type: 'registry', location: config.registry };
  return { type: 'oci', directory: resolve(request.output, 'oci') };
}
