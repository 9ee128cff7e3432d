import type { Platform } from '../../model/image.ts';
import type {
  DependencyFacts,
  DependencyProblem,
  PythonDistribution,
  PythonRuntime,
} from '../../model/python-facts.ts';
import type { PythonRun } from './python-run.ts';
import { parseCheckOutput, type CheckComplaint } from '../python/check-output.ts';
import { findUnmet, markerEnvironments, type UnmetRequirement } from '../python/unmet.ts';
import { normalizeName } from '../python/version.ts';
import { visibleDistributions } from './python-sites.ts';

/** What of an image's Python packages does not fit together: as the image's own tool says, else from the metadata in its layers. */
export function describeDependencies(runtime: PythonRuntime, platform: Platform, run?: PythonRun): DependencyFacts {
  const visible = visibleDistributions(runtime.sites);
  const told = run?.check === undefined ? [] : parseCheckOutput(run.check.output);
  // A tool that failed without a sentence we know has not judged anything.
  if (run?.check !== undefined && (run.check.exitCode === 0 || told.length > 0)) {
    const problems = told.map((complaint) => fromComplaint(complaint, visible));
    return { source: run.check.tool, distributions: visible.size, problems };
  }
  const unmet = findUnmet(visible, markerEnvironments(runtime, platform));
  return { source: 'metadata', distributions: visible.size, problems: unmet.map(fromUnmet) };
}

function fromComplaint(
  { distribution, required, message }: CheckComplaint,
  visible: ReadonlyMap<string, PythonDistribution>,
): DependencyProblem {
  const known = visible.get(normalizeName(distribution));
  const other = required === undefined ? undefined : visible.get(normalizeName(required));
  const kind = required === undefined ? 'platform' : 'requirement';
  return { ...describeProblem(distribution, message, known, other), kind };
}

function fromUnmet({ distribution, required, installed }: UnmetRequirement): DependencyProblem {
  const begin = `${distribution.name} ${distribution.version}`;
  const message =
    installed === undefined
      ? `${begin} requires ${required.name}${required.specifier}, which is not installed`
      : `${begin} requires ${required.name}${required.specifier}, but ${installed.name} ${installed.version} is installed`;
  return describeProblem(distribution.name, message, distribution, installed);
}

function describeProblem(
  distribution: string,
  message: string,
  known: PythonDistribution | undefined,
  other: PythonDistribution | undefined,
): DependencyProblem {
  return {
    distribution,
    kind: 'requirement',
    message: message.replace(/\.$/, ''),
    ...(known === undefined ? {} : { metadata: known.metadata }),
    // What the image's own layers installed may break what the base brought.
    base: known?.base === true && other?.base !== false,
  };
}
