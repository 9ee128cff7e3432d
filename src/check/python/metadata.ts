/** What METADATA and PKG-INFO say that matters to whoever has the distribution installed. */
export interface CoreMetadata {
  readonly name: string;
  readonly version: string;
  /** `Requires-Dist` lines as written. */
  readonly requires: readonly string[];
}

/** The headers of a METADATA or PKG-INFO file (core metadata specification); undefined without a name and a version. */
export function parseMetadata(text: string): CoreMetadata | undefined {
  const headers = readHeaders(text);
  const first = (name: string) => headers.find(([header]) => header === name)?.[1];
  const name = first('name');
  const version = first('version');
  if (name === undefined || name === '' || version === undefined || version === '') return undefined;
  return {
    name,
    version,
    requires: headers.filter(([header]) => header === 'requires-dist').map(([, value]) => value),
  };
}

function readHeaders(text: string): (readonly [string, string])[] {
  const head = text.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const unfolded = head.replaceAll(/\r?\n[ \t]+/g, ' ');
  return unfolded.split(/\r?\n/).flatMap((line) => {
    const at = line.indexOf(':');
    return at <= 0 ? [] : [[line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()] as const];
  });
}

/** The requirements of an `.egg-info/requires.txt` (setuptools) as `Requires-Dist` would put them; those of extras are left out. */
export function parseRequiresTxt(text: string): string[] {
  const requires: string[] = [];
  let section: { readonly extra: string; readonly marker: string } = { extra: '', marker: '' };
  for (const line of text.split(/\r?\n/).map((raw) => raw.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const header = /^\[([^:\]]*)(?::(.*))?\]$/.exec(line);
    if (header !== null) section = { extra: header[1] ?? '', marker: header[2] ?? '' };
    else if (section.extra === '') requires.push(section.marker === '' ? line : `${line} ; ${section.marker}`);
  }
  return requires;
}
