import type { AccountFacts, FileFacts } from '../../model/facts.ts';
import type { ImageRuntimeConfig } from '../../model/image.ts';
import type { PythonRuntime, PythonSite } from '../../model/python-facts.ts';
import { firstWord } from '../command-words.ts';
import { resolveUser } from '../image-user.ts';
import { locateProgram, joinPath, readEnv } from '../program-path.ts';
import { parsePth } from '../python/pth.ts';
import { isPythonName, parseShebang } from '../python/shebang.ts';
import { prefixOf, versionBeside } from './python-inventory.ts';
import { readSite } from './python-sites.ts';

/** Runners that use the environment in the working directory. */
const PROJECT_RUNNERS = /(?:^|\/)(?:uv|poetry|pdm|pipenv|hatch)$/;

interface Sources {
  readonly files: FileFacts;
  readonly config: ImageRuntimeConfig;
  readonly accounts: AccountFacts;
}

/** The Python behind the image's command, else the first one on its PATH; undefined when there is none. */
export function findRuntime(sources: Sources, sites: readonly PythonSite[]): PythonRuntime | undefined {
  const program = pythonOfCommand(sources) ?? pythonOnPath(sources);
  const real = program === undefined ? undefined : sources.files.resolve(program);
  if (program === undefined || real === undefined) return undefined;
  const match = /(?<kind>python|pypy)(?<version>\d+\.\d+)t?$/.exec(real.path)?.groups;
  const version = match?.['version'] ?? versionBeside(sources.files, real.path);
  if (version === undefined) return undefined;
  const pypy = match?.['kind'] === 'pypy';
  const home = { program, real: real.path, version, library: `${pypy ? 'pypy' : 'python'}${version}` };
  const fullVersion = findFullVersion(sources, home);
  return {
    program,
    version,
    ...(fullVersion === undefined ? {} : { fullVersion }),
    pypy,
    sites: listSites(sources, home, sites),
  };
}

interface Home {
  readonly program: string;
  readonly real: string;
  readonly version: string;
  readonly library: string;
}

function pythonOfCommand({ files, config }: Sources): string | undefined {
  const word = firstWord([...config.entrypoint, ...config.command]);
  if (word === undefined) return undefined;
  if (PROJECT_RUNNERS.test(word)) return locateProgram(files, '.venv/bin/python', config);
  const place = locateProgram(files, word, config);
  if (place === undefined || isPythonName(place)) return place;
  const shebang = parseShebang(files.texts.get(files.resolve(place)?.path ?? '')?.toString('latin1') ?? '');
  if (shebang === undefined || !isPythonName(shebang.kind === 'path' ? shebang.path : shebang.name)) return undefined;
  return locateProgram(files, shebang.kind === 'path' ? shebang.path : shebang.name, config);
}

function pythonOnPath({ files, config }: Sources): string | undefined {
  const environment = readEnv(config, 'VIRTUAL_ENV');
  const own = environment === undefined ? undefined : locateProgram(files, `${environment}/bin/python`, config);
  return own ?? locateProgram(files, 'python', config) ?? locateProgram(files, 'python3', config);
}

function readVenv(files: FileFacts, program: string): ReadonlyMap<string, string> | undefined {
  const path = files.resolve(`${prefixOf(program)}/pyvenv.cfg`)?.path;
  const text = path === undefined ? undefined : files.texts.get(path)?.toString('utf8');
  if (text === undefined) return undefined;
  const pairs = text.split(/\r?\n/).map((line) => line.split('=', 2).map((part) => part.trim()));
  return new Map(pairs.map(([key = '', value = '']) => [key.toLowerCase(), value]));
}

function findFullVersion({ files, config }: Sources, { program, version }: Home): string | undefined {
  const venv = readVenv(files, program);
  const told = [venv?.get('version_info'), venv?.get('version'), readEnv(config, 'PYTHON_VERSION')];
  const found = told.map((text) => /^\d+\.\d+\.\d+/.exec(text ?? '')?.[0]).find((text) => text !== undefined);
  return found?.startsWith(`${version}.`) === true ? found : undefined;
}

function listSites(sources: Sources, home: Home, known: readonly PythonSite[]): PythonSite[] {
  const { files, config } = sources;
  const venv = readVenv(files, home.program);
  const own = `${prefixOf(home.program)}/lib/${home.library}/site-packages`;
  const base = [...userSites(sources, home), ...baseSites(home)];
  const standard =
    venv === undefined ? base : [own, ...(venv.get('include-system-site-packages') === 'true' ? base : [])];
  const declared = (readEnv(config, 'PYTHONPATH') ?? '').split(':').filter((folder) => folder !== '');
  const sites: PythonSite[] = [];
  const add = (path: string) => {
    const real = files.resolve(path);
    if (real?.kind !== 'directory' || sites.some((site) => site.path === real.path)) return undefined;
    const site =
      known.find((one) => one.path === real.path) ?? readSite(files, { path: real.path, prefix: real.path }, false);
    sites.push(site);
    return site;
  };
  declared.forEach((folder) => add(joinPath(config.workingDirectory, folder)));
  for (const folder of standard) {
    const site = add(folder);
    // Only the standard folders' .pth files are read (Lib/site.py).
    if (site !== undefined) linkedFolders(files, site.path).forEach(add);
  }
  return sites;
}

function linkedFolders(files: FileFacts, site: string): readonly string[] {
  const names = files.children(site).filter((name) => name.endsWith('.pth'));
  return names.flatMap((name) => {
    const text = files.texts.get(`${site}/${name}`)?.toString('latin1') ?? '';
    return parsePth(text).map((path) => joinPath(`/${site}`, path));
  });
}

/** Folders of an installation below its prefix; /usr has those of Debian and Fedora too. */
function baseSites({ real, library }: Home): readonly string[] {
  const prefix = prefixOf(real);
  const own = [`${prefix}/lib/${library}/site-packages`, `${prefix}/lib64/${library}/site-packages`];
  if (prefix !== 'usr') return own;
  const local = ['site-packages', 'dist-packages'].map((name) => `usr/local/lib/${library}/${name}`);
  return [...local, `usr/local/lib64/${library}/site-packages`, 'usr/lib/python3/dist-packages', ...own];
}

function userSites({ config, accounts }: Sources, { library }: Home): readonly string[] {
  const user = resolveUser(config.user, accounts);
  const account = accounts.passwd?.find(({ uid }) => user.starts && uid === user.uid);
  const home = readEnv(config, 'HOME') ?? account?.home ?? '/';
  return [`${home}/.local/lib/${library}/site-packages`];
}
