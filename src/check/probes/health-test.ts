import type { ImageRuntimeConfig } from '../../model/image.ts';

/** The HEALTHCHECK as the engine executes it: an argv, or undefined when the image has none or turns it off. */
export function healthArgv(config: ImageRuntimeConfig): readonly string[] | undefined {
  const [kind, ...words] = config.healthcheck?.test ?? [];
  if (kind === 'CMD') return words.length === 0 ? undefined : words;
  if (kind !== 'CMD-SHELL' || words[0] === undefined) return undefined;
  const shell = config.shell.length === 0 ? ['/bin/sh', '-c'] : config.shell;
  return [...shell, words[0]];
}

/** How shells and the container runtime say that a program is not there; the first group is its name. */
const SENTENCES: readonly RegExp[] = [
  /exec: "([^"]+)": (?:executable file not found|stat [^:]+: no such file or directory|permission denied|is a directory)/,
  /(?:^|[\s:])(?:line )?\d+: ([^\s:]+): (?:command )?not found\s*$/m,
  /(?:^|\n)(?:[\w/.-]+: )+([^\s:]+): (?:command )?not found\s*$/m,
  /^([^\s:]+): command not found\s*$/m,
  /env: [‘'"]?([^’'":]+)[’'"]?: No such file or directory/,
  /ModuleNotFoundError: No module named '([^']+)'/,
];
const CANNOT_RUN = new Set([126, 127]);

/**
 * The program a failed probe could not find, e.g. `curl`.
 * The exit code alone does not tell: `curl … || exit 1` without curl ends with 1, and a program may end with 127 itself only when it is a shell.
 */
export function findMissingTool(exitCode: number, output: string, argv: readonly string[]): string | undefined {
  if (exitCode === 0) return undefined;
  for (const sentence of SENTENCES) {
    const name = sentence.exec(output)?.[1];
    if (name !== undefined) return sentence.source.startsWith('Module') ? `Python module ${name}` : name;
  }
  return CANNOT_RUN.has(exitCode) ? argv[0] : undefined;
}
