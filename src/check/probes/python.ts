import { known, skipped, type AccountFacts, type Fact, type FileFacts } from '../../model/facts.ts';
import type { ImageRuntimeConfig } from '../../model/image.ts';
import type { PythonFacts, PythonScript, PythonSite } from '../../model/python-facts.ts';
import { locateProgram } from '../program-path.ts';
import { isPythonName, parseShebang } from '../python/shebang.ts';
import { takeInventory } from './python-inventory.ts';
import { findEditableLinks } from './python-links.ts';
import { findRuntime } from './python-runtime.ts';
import { readSite } from './python-sites.ts';

/** What the image's files say about its Python; skipped when there is none in it. */
export function describePython(
  files: FileFacts,
  config: ImageRuntimeConfig,
  accounts: AccountFacts,
): Fact<PythonFacts> {
  const { interpreters, siteFolders, venvs } = takeInventory(files);
  const all = siteFolders.map((place) => readSite(files, place, venvs.has(place.prefix)));
  const sites = all.filter((site) => site.modules + site.distributions.length > 0);
  if (interpreters.length === 0 && sites.length === 0) return skipped('there is no Python in the image');
  const runtime = findRuntime({ files, config, accounts }, sites);
  return known({
    interpreters,
    sites,
    ...(runtime === undefined ? {} : { runtime }),
    links: findEditableLinks(files, all),
    scripts: sites.length === 0 ? [] : findScripts(files, config, sites),
  });
}

/** Scripts for Python in the `bin` folders beside the sites; programs of other kinds are no concern of Python's. */
function findScripts(files: FileFacts, config: ImageRuntimeConfig, sites: readonly PythonSite[]): PythonScript[] {
  const folders = new Set(sites.filter((site) => site.prefix !== site.path).map((site) => `${site.prefix}/bin`));
  const real = new Set([...folders].flatMap((folder) => files.resolve(folder)?.path ?? []));
  return [...real].flatMap((folder) =>
    files.children(folder).flatMap((name) => readScript(files, config, `${folder}/${name}`) ?? []),
  );
}

function readScript(files: FileFacts, config: ImageRuntimeConfig, path: string): PythonScript | undefined {
  const entry = files.find(path);
  const head = entry?.kind === 'file' ? files.texts.get(path)?.toString('latin1') : undefined;
  const shebang = head === undefined ? undefined : parseShebang(head);
  if (entry === undefined || shebang === undefined) return undefined;
  const interpreter = shebang.kind === 'path' ? shebang.path : shebang.name;
  if (!isPythonName(interpreter)) return undefined;
  const found = locateProgram(files, interpreter, { ...config, workingDirectory: '/' }) !== undefined;
  return { path, interpreter, found, base: entry.base };
}
