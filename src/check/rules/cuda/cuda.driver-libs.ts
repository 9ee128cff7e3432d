import { formatSize } from '../../../model/size.ts';
import type { DriverLibrary } from '../../../model/cuda-facts.ts';
import { failWithFew } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** libcuda.so.1 and its like belong to the driver of the host; one in the image is loaded in its place. */
export const cudaDriverLibs = defineRule({
  id: 'cuda.driver-libs',
  title: 'No library of the GPU driver lies where the image would load it',
  severity: 'error',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['cuda'],
  settings: noSettings,
  check({ cuda }) {
    const loaded = cuda.driverLibraries.filter(({ loaded: onPath, kind }) => onPath && kind !== 'compat');
    const findings = [...new Map(loaded.map((library) => [library.target ?? library.path, library])).values()].map(
      (library) => ({
        message: describeLibrary(library),
        place: { file: `/${library.path}`, inImage: true },
        remedy: remedyFor(library),
      }),
    );
    return failWithFew(findings, `${String(cuda.driverLibraries.length)} found, none of them loaded`);
  },
});

function remedyFor({ kind }: DriverLibrary): string {
  return kind === 'stub'
    ? 'Take the stubs folder out of LD_LIBRARY_PATH and /etc/ld.so.conf.d; only linkers need it (LIBRARY_PATH).'
    : 'Do not install or copy driver packages: the NVIDIA container toolkit mounts those of the host.';
}

function describeLibrary({ path, target, size, kind }: DriverLibrary): string {
  const place = `/${path}${target === undefined ? '' : ` (a link to /${target.replace(/^\//, '')})`}`;
  if (kind === 'stub')
    return `${place} is a stub for linkers and would be loaded in place of the driver (${formatSize(size)})`;
  if (size === 0)
    return `${place} is empty: left over from a build under the NVIDIA runtime, it hides the driver of the host`;
  return `${place} belongs to the driver of one machine (${formatSize(size)}) and is loaded in place of the host's`;
}
