import type { FileEntry, FileFacts } from '../../model/file-facts.ts';
import type { EditableLink, PythonSite } from '../../model/python-facts.ts';
import { joinPath } from '../program-path.ts';
import { parseDirectUrl } from '../python/direct-url.ts';
import { parseFinderMapping, parsePth } from '../python/pth.ts';

/** Every editable installation of these sites with the folder it points to (PEP 660, PEP 610 and `setup.py develop`). */
export function findEditableLinks(files: FileFacts, sites: readonly PythonSite[]): EditableLink[] {
  return sites.flatMap((site) => files.children(site.path).flatMap((name) => readLinks(files, site.path, name)));
}

function readLinks(files: FileFacts, site: string, name: string): EditableLink[] {
  const targets = (path: string, read: (text: string) => readonly string[]): EditableLink[] => {
    const entry = files.resolve(path);
    const text = entry === undefined ? undefined : files.texts.get(entry.path)?.toString('latin1');
    if (entry === undefined || text === undefined) return [];
    return read(text).map((target) => describeLink(files, entry, path, joinPath(`/${site}`, target)));
  };
  const path = `${site}/${name}`;
  if (name.endsWith('.pth')) return targets(path, (text) => parsePth(text));
  if (name.endsWith('_finder.py')) return targets(path, (text) => [...parseFinderMapping(text).values()]);
  if (name.endsWith('.egg-link')) return targets(path, (text) => text.split(/\r?\n/).slice(0, 1));
  if (!name.endsWith('.dist-info')) return [];
  return targets(`${path}/direct_url.json`, (text) => {
    const local = parseDirectUrl(text);
    return local?.editable === true ? [local.path] : [];
  });
}

function describeLink(files: FileFacts, entry: FileEntry, by: string, target: string): EditableLink {
  // A finder names a module without its suffix when it is a single file.
  const found = [target, `${target}.py`].some((path) => files.resolve(path) !== undefined);
  return { target, found, by, base: entry.base };
}
