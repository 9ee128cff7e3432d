import type { ShellCommand } from './shell-commands.ts';

/** Programs that take requirements such as `name>=1.2`, with the words that make them do so. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  pip: ['install', 'download', 'wheel'],
  uv: ['install', 'add', 'tool'],
  pipx: ['install', 'inject'],
  pipenv: ['install'],
  poetry: ['add'],
  pdm: ['add'],
  conda: ['install', 'create'],
  mamba: ['install', 'create'],
  micromamba: ['install', 'create'],
  npm: ['install', 'i', 'add'],
  pnpm: ['install', 'i', 'add'],
  yarn: ['add'],
  bun: ['add', 'install'],
  apt: ['install'],
  'apt-get': ['install'],
  apk: ['add'],
  dnf: ['install'],
  microdnf: ['install'],
  yum: ['install'],
  gem: ['install'],
};
const PREFIXES = new Set(['sudo', 'exec', 'command', 'env', 'time', 'nice', 'then', 'do', 'else', 'if', '!', '{']);

/** The installer a command calls (`pip` for `python3 -m pip install`), or undefined when it installs nothing. */
export function nameInstaller(command: ShellCommand): string | undefined {
  const words = command.words.map((word) => word.text.replace(/^(["'])(.*)\1$/s, '$2'));
  const start = words.findIndex((word) => !PREFIXES.has(word) && !/^[A-Za-z_]\w*=/.test(word));
  if (start < 0) return undefined;
  let name = programName(words[start] ?? '');
  let rest = words.slice(start + 1);
  const module = rest.indexOf('-m');
  if (/^python[\d.]*$/.test(name) && module >= 0) {
    name = programName(rest[module + 1] ?? '');
    rest = rest.slice(module + 2);
  }
  const verbs = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  return verbs?.some((verb) => rest.includes(verb)) === true ? name : undefined;
}

/** The last part of a path; `pip3` and `pip3.11` are pip. */
function programName(word: string): string {
  const name = word.slice(word.lastIndexOf('/') + 1);
  return /^pip[\d.]*$/.test(name) ? 'pip' : name;
}
