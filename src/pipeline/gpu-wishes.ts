import { Fault } from '../model/fault.ts';
import type { GpuConfig } from '../model/gpu-config.ts';
import type { Plan } from '../model/plan.ts';
import { isOrHolds } from '../plan/affected.ts';
import { type ChangedFiles, findChangedFiles } from '../plan/changed-files.ts';
import type { Untried } from '../plan/jobs.ts';
import type { Run } from './run.ts';

/** The label with which a pull request asks for the GPU. */
export const GPU_LABEL = 'slipway:gpu';

/** Whether a pull request's image is tried on a GPU, and why. */
export interface GpuWish {
  readonly image: string;
  readonly tried: boolean;
  /** The config wants it. */
  readonly wanted: boolean;
  readonly reason: string;
}

/** What `gpu.pull-requests` says of each image of a pull request; nothing for other events, which try every image. On doubt it is tried. */
export async function findGpuWishes({ effects, config, request }: Run, plan: Plan): Promise<readonly GpuWish[]> {
  const { event } = plan;
  const images = plan.images.flatMap(({ name, config: { gpu } }) => (gpu === undefined ? [] : { name, gpu }));
  if (request.workflow !== 'images' || event.name !== 'pull_request' || images.length === 0) return [];
  if (event.fork) {
    const reason = 'a run of a fork or of Dependabot gets no machine';
    return images.map(({ name }) => ({ image: name, tried: false, wanted: true, reason }));
  }
  const choosy = images.some(({ gpu }) => gpu.pullRequests !== 'always');
  const labelled = choosy && (await isLabelled(effects, plan));
  const byPath = images.some(({ gpu }) => Array.isArray(gpu.pullRequests));
  const change = byPath ? await findChangedFiles(effects, config.directory, event) : undefined;
  return images.map(({ name, gpu }) => ({ image: name, ...decide(gpu, labelled, change) }));
}

function decide(
  { pullRequests }: GpuConfig,
  labelled: boolean,
  change: ChangedFiles | undefined,
): Omit<GpuWish, 'image'> {
  const yes = (reason: string) => ({ tried: true, wanted: true, reason });
  const no = (reason: string) => ({ tried: false, wanted: false, reason });
  if (pullRequests === 'always') return yes('every pull request that may affect it is');
  if (labelled) return yes(`the pull request has the label ${GPU_LABEL}`);
  if (pullRequests === 'label') return no(`the pull request does not have the label ${GPU_LABEL}`);
  if (change?.known !== true) return yes(change?.reason ?? 'what changed is not known');
  const changed = change.paths.find((path) => pullRequests.some((own) => isOrHolds(own.replace(/\/+$/, ''), path)));
  if (changed !== undefined) return yes(`${changed} changed`);
  return no(`nothing of ${pullRequests.join(', ')} changed, and there is no label ${GPU_LABEL}`);
}

/** A label may have come after the event; where GitHub does not answer, what the event says counts. */
async function isLabelled({ github, output }: Run['effects'], { event: { pullRequest } }: Plan): Promise<boolean> {
  if (pullRequest === undefined) return false;
  if (pullRequest.labels?.includes(GPU_LABEL) === true || github === undefined)
    return pullRequest.labels?.includes(GPU_LABEL) === true;
  try {
    return (await github.pullRequest(pullRequest.number)).labels.includes(GPU_LABEL);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    output.stderr(`warning: the labels of the pull request are not known: ${error.message}\n`);
    return false;
  }
}

export function untriedOf(wishes: readonly GpuWish[]): Untried {
  return wishes.filter(({ tried }) => !tried).map(({ image, reason, wanted }) => ({ image, reason, wanted }));
}

export function describeWish({ image, tried, reason }: GpuWish): string {
  return `${image} is ${tried ? '' : 'not '}tried on a GPU: ${reason}`;
}
