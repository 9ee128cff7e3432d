/** The folders that a `.pth` file adds to the module path, as written, absolute or relative to the folder of the file (CPython, Lib/site.py). */
export function parsePth(text: string): string[] {
  return text
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#') && !/^import[ \t]/.test(line))
    .map((line) => line.trimEnd());
}

/**
 * Where the import hook of an editable installation looks for packages: the values of its MAPPING dictionary
 * (setuptools, command/editable_wheel.py).
 */
export function parseFinderMapping(text: string): ReadonlyMap<string, string> {
  const body = /^MAPPING\b[^=\n]*=\s*\{([^}]*)\}/m.exec(text)?.[1] ?? '';
  const pair = /(?<key>'[^']*'|"[^"]*")\s*:\s*(?<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/g;
  return new Map(
    [...body.matchAll(pair)].map(({ groups }) => [unquote(groups?.['key'] ?? ''), unquote(groups?.['value'] ?? '')]),
  );
}

function unquote(literal: string): string {
  return literal.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}
