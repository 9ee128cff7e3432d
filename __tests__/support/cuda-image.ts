import { describeCuda } from '../../src/check/probes/cuda.ts';
import { describeTorch } from '../../src/check/probes/gpu-code.ts';
import type { CudaFacts, TorchFacts } from '../../src/model/cuda-facts.ts';
import type { ImageDescription } from '../../src/model/image.ts';
import { blankDescription, blankRuntime } from './blank.ts';
import { filesOf } from './file-facts.ts';
import type { TarSpec } from './tar-writer.ts';

export const RUNTIME_LIBRARY: TarSpec = { name: 'usr/local/cuda-12.4/lib64/libcudart.so.12', body: 'x' };

/** An image that holds these files and has these variables. */
export function cudaImage(
  files: readonly TarSpec[],
  env: readonly string[] = [],
): { readonly cuda: CudaFacts; readonly image: ImageDescription } {
  const image = blankDescription({ config: blankRuntime({ env }) });
  const fact = describeCuda(filesOf([files]), image);
  if (fact.state !== 'known') throw new Error(`the cuda fact is ${fact.state}`);
  return { cuda: fact.value, image };
}

/** The PyTorch that these files are; undefined: none. */
export function torchOf(files: readonly TarSpec[]): TorchFacts | undefined {
  const facts = filesOf([files]);
  const fact = describeTorch(facts, describeCuda(facts, blankDescription()));
  return fact.state === 'known' ? fact.value : undefined;
}
