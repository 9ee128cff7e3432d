import type { FileFacts } from '../../model/file-facts.ts';
import type { PythonDistribution, PythonInterpreter, PythonSite } from '../../model/python-facts.ts';
import { parseEntryPoints } from '../python/entry-points.ts';
import { parseMetadata, parseRequiresTxt } from '../python/metadata.ts';
import { normalizeName } from '../python/version.ts';

const METADATA = /^.+\.(?:dist-info|egg-info)$/;
/** What lies in a site without being a package. */
const NO_MODULE =
  /^(?:__pycache__|.*\.(?:dist-info|egg-info|pth|egg-link|txt|md|virtualenv)|README.*|_virtualenv\.py)$/;

/** What is installed in one folder. */
export function readSite(
  files: FileFacts,
  place: { readonly path: string; readonly prefix: string; readonly version?: string },
  venv: boolean,
): PythonSite {
  const names = files.children(place.path);
  const modules = names.filter((name) => !NO_MODULE.test(name));
  const interpreter = venv ? findInterpreter(files, place.prefix) : undefined;
  return {
    ...place,
    venv,
    ...(interpreter === undefined ? {} : { interpreter }),
    base: names.every((name) => files.find(`${place.path}/${name}`)?.base === true),
    modules: modules.length,
    distributions: names
      .filter((name) => METADATA.test(name))
      .flatMap((name) => readDistribution(files, `${place.path}/${name}`) ?? []),
  };
}

function findInterpreter(files: FileFacts, prefix: string): PythonInterpreter | undefined {
  const real = files.resolve(`${prefix}/bin/python`) ?? files.resolve(`${prefix}/bin/python3`);
  const version = /(?:python|pypy)(\d+\.\d+)t?$/.exec(real?.path ?? '')?.[1];
  return real === undefined || version === undefined ? undefined : { path: real.path, version };
}

function readDistribution(files: FileFacts, metadata: string): PythonDistribution | undefined {
  const real = files.resolve(metadata);
  if (real === undefined) return undefined;
  const text = (name: string) => files.texts.get(`${real.path}/${name}`)?.toString('utf8');
  const head =
    real.kind === 'file' ? files.texts.get(real.path)?.toString('utf8') : (text('METADATA') ?? text('PKG-INFO'));
  const core = head === undefined ? undefined : parseMetadata(head);
  if (core === undefined) return undefined;
  const points = parseEntryPoints(text('entry_points.txt') ?? '');
  const requires = core.requires.length > 0 ? core.requires : parseRequiresTxt(text('requires.txt') ?? '');
  return {
    name: core.name,
    version: core.version,
    metadata,
    base: real.base,
    requires,
    scripts: points.filter(({ group }) => group === 'console_scripts').map(({ name }) => name),
  };
}

/** What an interpreter with these sites can import: the first one of a name wins. */
export function visibleDistributions(sites: readonly PythonSite[]): ReadonlyMap<string, PythonDistribution> {
  const visible = new Map<string, PythonDistribution>();
  for (const distribution of sites.flatMap((site) => site.distributions)) {
    const name = normalizeName(distribution.name);
    if (!visible.has(name)) visible.set(name, distribution);
  }
  return visible;
}
