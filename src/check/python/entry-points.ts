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
    const point = parsePoint(line);
    if (point !== undefined) points.push({ group, ...point });
  }
  return points;
}

function parsePoint(line: string): Omit<EntryPoint, 'group'> | undefined {
  const at = line.indexOf('=');
  const name = line.slice(0, Math.max(0, at)).trim();
  // The extras behind it ask for nothing that is not installed anyway.
  const [reference = ''] = line.slice(at + 1).split('[', 1);
  const [module = '', attribute = '', ...others] = reference.split(':').map((part) => part.trim());
  const valid = name !== '' && /^[\w.]+$/.test(module) && /^[\w.]*$/.test(attribute) && others.length === 0;
  return valid ? { name, module, attribute } : undefined;
}
