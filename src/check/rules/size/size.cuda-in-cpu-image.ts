import type { FileEntry, FileFacts } from '../../../model/facts.ts';
import type { ImageRuntimeConfig } from '../../../model/image.ts';
import { formatSize } from '../../../model/size.ts';
import type { Finding } from '../../../model/verdict.ts';
import { nameLayer } from '../../budget.ts';
import { readVariables } from '../../image-env.ts';
import { failWithFew, placeInImage, showPath } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

const LIBRARY =
  /(?:^|\/)lib(?:cudart|cublas|cublasLt|cudnn[\w]*|cufft|cusparse|cusolver|nccl|nvrtc|torch_cuda[\w]*)(?:-[\w.]+)?\.so(?:[.\d]*)$/;
/** A wheel of NVIDIA's, by its metadata: `nvidia_cublas_cu12-12.1.3.1.dist-info`. */
const WHEEL = /(?:^|\/)(nvidia_[a-z0-9_]+)-[^/]+\.dist-info\/METADATA$/;
/** Where the linker finds a stand-in for the driver: no run-time library. */
const STUBS = '/stubs/';

interface Found {
  readonly bytes: number;
  readonly largest: FileEntry;
}

/** CUDA libraries and NVIDIA wheels in an image that no GPU is declared for and whose base is not made for one: gigabytes for nothing. */
export const sizeCudaInCpuImage = defineRule({
  id: 'size.cuda-in-cpu-image',
  title: 'An image for CPUs holds no CUDA libraries',
  severity: 'error',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['files', 'image'],
  settings: noSettings,
  check({ files, image }, { image: declared }) {
    const purpose = declared.gpu === undefined ? nameGpuPurpose(image.config) : 'it has a `gpu:` part';
    if (purpose !== undefined) return { status: 'skipped', reason: `the image is made for GPUs (${purpose})` };
    const wheels = new Set<string>();
    const layers = sumLayers(files, wheels);
    const findings = [...layers]
      .toSorted(([, one], [, other]) => other.bytes - one.bytes)
      .map(([index, { bytes, largest }]): Finding => {
        const named =
          wheels.size === 0 ? '' : ` (${[...wheels].slice(0, 3).join(', ')}${wheels.size > 3 ? ', …' : ''})`;
        return {
          message: `${formatSize(bytes)} of CUDA libraries in ${nameLayer(image.layers[index], index)}${named}: ${showPath(largest.path)} ${formatSize(largest.size)}`,
          seen: formatSize(bytes),
          allowed: 'none',
          ...placeInImage(largest.path),
          remedy:
            'Install the CPU wheels (pip install torch --index-url https://download.pytorch.org/whl/cpu), or start from a base without CUDA.',
        };
      });
    return failWithFew(findings, 'none');
  },
});

/** NVIDIA's bases set these for the container toolkit, and so does whoever means an image for a GPU. */
function nameGpuPurpose({ env }: ImageRuntimeConfig): string | undefined {
  const variable = readVariables(env).find(
    ({ name, value }) =>
      (name === 'NVIDIA_VISIBLE_DEVICES' && !/^(?:|none|void)$/.test(value)) || name.startsWith('NVIDIA_REQUIRE_'),
  );
  return variable === undefined ? undefined : `${variable.name} is set`;
}

function sumLayers(files: FileFacts, wheels: Set<string>): ReadonlyMap<number, Found> {
  const layers = new Map<number, Found>();
  const counted = new Set<string>();
  for (const entry of files.entries()) {
    const wheel = WHEEL.exec(entry.path)?.[1];
    if (wheel !== undefined) wheels.add(wheel);
    if (entry.kind !== 'file' || entry.path.includes(STUBS) || !LIBRARY.test(entry.path)) continue;
    const inode = `${String(entry.layer)} ${String(entry.body)}`;
    if (counted.has(inode)) continue;
    counted.add(inode);
    const found = layers.get(entry.layer) ?? { bytes: 0, largest: entry };
    const largest = entry.size > found.largest.size ? entry : found.largest;
    layers.set(entry.layer, { bytes: found.bytes + entry.size, largest });
  }
  return layers;
}
