import type { PythonDistribution, PythonRuntime } from '../../model/python-facts.ts';
import type { Platform } from '../../model/image.ts';
import { evaluateMarker, type Marker, type MarkerEnvironment } from './marker.ts';
import { parseRequirement } from './requirement.ts';
import { isInSpecifier } from './version.ts';

/** A requirement of an installed distribution that the installation does not meet. */
export interface UnmetRequirement {
  readonly distribution: PythonDistribution;
  /** Normalised name and specifier. */
  readonly required: { readonly name: string; readonly specifier: string };
  /** What is there instead; absent: nothing. */
  readonly installed?: PythonDistribution;
}

/**
 * What `pip check` looks for, from metadata alone: requirements without extras that are missing or of another version. Requirements whose
 * marker cannot be decided from outside, and texts that pip refuses too, are left out.
 */
export function findUnmet(
  visible: ReadonlyMap<string, PythonDistribution>,
  environments: readonly MarkerEnvironment[],
): UnmetRequirement[] {
  return [...visible.values()].flatMap((distribution) =>
    distribution.requires.flatMap((text) => {
      const requirement = parseRequirement(text);
      if (requirement === undefined || !isAskedFor(requirement.marker, environments)) return [];
      const installed = visible.get(requirement.name);
      const { name, specifier } = requirement;
      if (installed === undefined) return [{ distribution, required: { name, specifier } }];
      if (isInSpecifier(installed.version, specifier) !== false) return [];
      return [{ distribution, required: { name, specifier }, installed }];
    }),
  );
}

function isAskedFor(marker: Marker | undefined, environments: readonly MarkerEnvironment[]): boolean {
  return marker === undefined || environments.every((environment) => evaluateMarker(marker, environment) === true);
}

const MACHINES: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'aarch64', '386': 'i686', arm: 'armv7l' };

/** The marker values of an image's Python; two sets where the patch version is not known, which stand for the lowest and the highest one. */
export function markerEnvironments(
  runtime: Pick<PythonRuntime, 'version' | 'fullVersion' | 'pypy'>,
  platform: Platform,
): readonly MarkerEnvironment[] {
  const full =
    runtime.fullVersion === undefined ? [`${runtime.version}.0`, `${runtime.version}.999`] : [runtime.fullVersion];
  return full.map((version) => ({
    os_name: 'posix',
    sys_platform: 'linux',
    platform_system: 'Linux',
    platform_machine: MACHINES[platform.architecture] ?? platform.architecture,
    python_version: runtime.version,
    python_full_version: version,
    implementation_name: runtime.pypy ? 'pypy' : 'cpython',
    platform_python_implementation: runtime.pypy ? 'PyPy' : 'CPython',
    // PyPy's own version is another one than that of the language.
    ...(runtime.pypy ? {} : { implementation_version: version }),
    extra: '',
  }));
}
