import type { PythonFacts, PythonSite } from '../../../model/python-facts.ts';
import { countOf } from '../../number-words.ts';
import { failWithFew } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** Packages are found only by the Python version whose number stands in their path. */
export const pythonVersionDirs = defineRule({
  id: 'python.version-dirs',
  title: 'Packages lie where a Python of the image looks for them',
  severity: 'error',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['python'],
  settings: noSettings,
  check({ python }) {
    const lost = python.sites.flatMap((site) => {
      const reason = site.base ? undefined : whyLost(site, python);
      return reason === undefined ? [] : [{ site, reason }];
    });
    const findings = lost.map(({ site, reason }) => ({
      message: `${countPackages(site)} for Python ${site.version ?? '?'} in /${site.path} cannot be imported: ${reason}`,
      place: { file: `/${site.path}`, inImage: true },
      remedy: 'Use the same Python, in the same place, in the stage that installs and in the one that is shipped.',
    }));
    return failWithFew(findings, describeVersions(python));
  },
});

/** A site is read by any interpreter of its version, one of a virtual environment by the interpreter that this links to. */
function whyLost(site: PythonSite, python: PythonFacts): string | undefined {
  const { version, venv, interpreter, prefix, path } = site;
  if (version === undefined || python.runtime?.sites.some((one) => one.path === path) === true) return undefined;
  const versions = describeVersions(python);
  if (!python.interpreters.some((one) => one.version === version)) {
    return versions === '' ? 'the image has no Python at all' : `the image has ${versions}`;
  }
  if (!venv || interpreter?.version === version) return undefined;
  return interpreter === undefined
    ? `/${prefix}/bin/python leads to no Python of the image`
    : `/${prefix}/bin/python is Python ${interpreter.version}`;
}

function countPackages({ distributions, modules }: PythonSite): string {
  return distributions.length > 0 ? countOf(distributions.length, 'distribution') : countOf(modules, 'module');
}

function describeVersions({ interpreters }: PythonFacts): string {
  return [...new Set(interpreters.map(({ version }) => `Python ${version}`))].join(', ');
}
