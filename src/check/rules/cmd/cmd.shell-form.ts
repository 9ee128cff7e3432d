import type { ImageRuntimeConfig } from '../../../model/image.ts';
import type { Finding } from '../../../model/verdict.ts';
import { failWithFew } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** The program is PID 1, not a shell in front of it: a shell passes no signal on, and under an ENTRYPOINT in shell form CMD is never read. */
export const cmdShellForm = defineRule({
  id: 'cmd.shell-form',
  title: 'ENTRYPOINT and CMD start the program without a shell in between',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['image'],
  instruction: 'CMD',
  settings: noSettings,
  check({ image: { config } }) {
    return failWithFew(
      [...judgeShell(config), ...judgeIgnored(config)],
      JSON.stringify([...config.entrypoint, ...config.command]),
    );
  },
});

interface Shell {
  readonly name: string;
  readonly script: string;
}

/** `sh -c SCRIPT`, `bash -lc SCRIPT`: what the shell form becomes, and what some write themselves. */
function readShell(argv: readonly string[]): Shell | undefined {
  const [program = '', flag = '', script] = argv;
  const name = /^(?:\/(?:usr\/)?bin\/)?((?:ba|da|a|z|k)?sh)$/.exec(program)?.[1];
  return name === undefined || script === undefined || !/^-[a-z]*c$/.test(flag) ? undefined : { name, script };
}

function judgeShell({ entrypoint, command }: ImageRuntimeConfig): Finding[] {
  const shell = readShell([...entrypoint, ...command]);
  if (shell === undefined || handsOver(shell)) return [];
  const script = shell.script.replace(/\s+/g, ' ').trim();
  const shown = script.length > 80 ? `${script.slice(0, 79)}…` : script;
  return [
    {
      message: `PID 1 is ${shell.name}, which runs ${JSON.stringify(shown)} and passes no signal on`,
      seen: shown,
      allowed: 'exec form, or `exec` before the program',
      remedy:
        'Write ["program", "argument"], or put `exec` before the last command where the shell must expand something.',
    },
  ];
}

/** `exec` replaces the shell, and bash does so by itself for a single command; dash as in Debian 12 does not. */
function handsOver({ name, script }: Shell): boolean {
  const last =
    script
      .split(/&&|\|\||;|\n/)
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .at(-1) ?? '';
  if (/^exec\s/.test(last)) return true;
  return (name === 'bash' || name === 'zsh') && !/[;&|\n()]/.test(script.trim());
}

function judgeIgnored({ entrypoint, command }: ImageRuntimeConfig): Finding[] {
  if (command.length === 0 || readShell(entrypoint) === undefined) return [];
  // `sh -c 'exec "$@"' --` hands CMD on.
  if (/\$[@*\d]|\$\{[@*\d]/.test(entrypoint[2] ?? '')) return [];
  return [
    {
      message: `ENTRYPOINT runs a shell, so that CMD ${JSON.stringify(command)} is never read`,
      seen: JSON.stringify(command),
      remedy: 'Write ENTRYPOINT in exec form.',
    },
  ];
}
