import type { Effects } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { GpuVerdict } from '../model/gpu-verdict.ts';
import { parseRecord } from '../model/record-parse.ts';
import type { RunRecord } from '../model/record.ts';
import type { Request } from './request.ts';

/** A verdict with its series, logs and lists at their longest is far smaller. */
const LARGEST_VERDICT = 4 * 1024 * 1024;

/** The verdicts of a GPU job's record, and nothing else of it: that machine runs user code. */
export function verdictsOf({ images }: RunRecord): readonly GpuVerdict[] {
  return images.flatMap(({ name, gpu }) =>
    (gpu?.attempts ?? []).filter(({ image }) => image === name).map(requireSmall),
  );
}

function requireSmall(verdict: GpuVerdict): GpuVerdict {
  if (JSON.stringify(verdict).length <= LARGEST_VERDICT) return verdict;
  throw new Fault(`the GPU verdict of ${verdict.image} is larger than 4 MiB`, { remedy: 'Run the GPU job again.' });
}

/** What GPU jobs elsewhere said: handed over by the workflow, or in records named on the command line. */
export async function readGivenVerdicts(
  { files }: Pick<Effects, 'files'>,
  { gpuVerdicts = [], gpuRecords = [] }: Pick<Request, 'gpuVerdicts' | 'gpuRecords'>,
): Promise<readonly GpuVerdict[]> {
  const texts = await Promise.all(gpuRecords.map(async (file) => parseRecord(await files.readText(file), file)));
  return [...gpuVerdicts, ...texts.flatMap(verdictsOf)];
}
