/** What a `.pth` file adds to the module path (CPython, Lib/site.py). */
export interface PthLines {
  /** Folders as written, absolute or relative to the folder of the file. */
  readonly paths: readonly string[];
  /** Modules that an `import` line loads. */
  readonly imports: readonly string[];
}

export function parsePth(text: string): PthLines {
  const lines = text
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return {
    paths: lines.filter((line) => !isCode(line)).map((line) => line.trimEnd()),
    imports: lines.filter(isCode).flatMap((line) => /^import[ \t]+([\w.]+)/.exec(line)?.[1] ?? []),
  };
}

function isCode(line: string): boolean {
  return /^import[ \t]/.test(line);
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
