/** One `name = module:attribute` of an entry_points.txt. */
export interface EntryPoint {
  readonly group: string;
  readonly name: string;
  readonly module: string;
  /** Empty: the module itself. */
  readonly attribute: string;
}

/** The entry points of a distribution (packaging.python.org, entry points specification); lines that are none are left out. */
export function parseEntryPoints(text: string): EntryPoint[] {
  const points: EntryPoint[] = [];
  let group = '';
  for (const line of text.split(/\r?\n/).map((raw) => raw.trim())) {
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const section = /^\[(.*)\]$/.exec(line)?.[1];
    if (section !== undefined) {
      group = section.trim();
      continue;
    }
    const match = /^(?<name>[^=]+?)\s*=\s*(?<module>[\w.]+)\s*(?::\s*(?<attribute>[\w.]+))?\s*(?:\[.*\])?$/.exec(line);
    const { name, module, attribute = '' } = match?.groups ?? {};
    if (name !== undefined && module !== undefined) points.push({ group, name, module, attribute });
  }
  return points;
}
