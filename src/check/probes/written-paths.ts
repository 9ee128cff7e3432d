const TROUBLE = /read-only file system|EROFS/i;
/** An absolute path after a quote, a bracket, a space, a colon or an equals sign. */
const ABSOLUTE = /(?:^|['"‘“`(\s:=])(\/[^\s'"’”`:,()<>]+)/g;
const QUOTED = /['"‘“`]([^'"’”`\s]+)['"’”`]/;
const SHOWN = 5;

/** Whether a program complained that it could not write. */
export function isReadOnlyTrouble(lines: readonly string[]): boolean {
  return lines.some((line) => TROUBLE.test(line));
}

/** The paths that programs name when a write fails with EROFS, in the words of shells, Python, Node, Java and nginx; at most five. */
export function findWritten(lines: readonly string[]): readonly string[] {
  const paths = lines
    .filter((line) => TROUBLE.test(line))
    .flatMap((line) => {
      const absolute = [...line.matchAll(ABSOLUTE)].map((match) => match[1] ?? '').at(-1);
      const path = absolute ?? QUOTED.exec(line)?.[1];
      return path === undefined ? [] : [path];
    });
  return [...new Set(paths)].slice(0, SHOWN);
}

/** The files among changed paths: no parents of others, nothing below the folders that may be written anyway; at most five. */
export function keepLeaves(paths: readonly string[], writable: readonly string[]): readonly string[] {
  const allowed = paths.filter((path) => !writable.some((folder) => path === folder || path.startsWith(`${folder}/`)));
  return allowed.filter((path) => !allowed.some((other) => other.startsWith(`${path}/`))).slice(0, SHOWN);
}
