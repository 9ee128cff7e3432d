import type { Finding } from '../../../model/verdict.ts';
import { nameInstaller } from '../../installers.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { readShellCommands, type Redirection, type ShellCommand } from '../../shell-commands.ts';
import { failWith } from '../../findings.ts';

/** `pip install scanpy>=1.9.6` without quotes: the shell redirects, pip never sees the version. */
export const dockerfileRedirectedInstall = defineRule({
  id: 'dockerfile.redirected-install',
  title: 'No version requirement is eaten by the shell as a redirection',
  severity: 'error',
  always: true,
  keys: [],
  kinds: ['service', 'job'],
  needs: ['dockerfile'],
  settings: noSettings,
  check({ dockerfile }) {
    return failWith(
      dockerfile.instructions
        .flatMap((instruction) => readShellCommands(instruction))
        .flatMap((command) => judgeCommand(command, dockerfile.file)),
    );
  },
});

function judgeCommand(command: ShellCommand, file: string): readonly Finding[] {
  const installer = nameInstaller(command);
  if (installer === undefined) return [];
  const eaten = Map.groupBy(command.redirections.filter(isRequirement), ({ after }) => after);
  return [...eaten].map(([after, redirections]) => {
    const requirement = command.words[after]?.text ?? '';
    const name = requirement.replace(/@$/, '');
    const written = requirement + redirections.map(({ operator, target }) => operator + target).join('');
    const effects = redirections.map(explainEffect).join(' and ');
    return {
      message: `\`${written}\` is not quoted: ${installer} gets ${name} without its version, ${effects}`,
      seen: written,
      place: { file, line: redirections[0]?.line ?? 0 },
      remedy: `Quote the requirement ("${written}") or put it into a requirements file.`,
    };
  });
}

function explainEffect({ operator, target }: Redirection): string {
  return operator.startsWith('>')
    ? `its output goes into a file \`${target}\``
    : `its input comes from a file \`${target}\``;
}

/** A target that reads like the rest of a comparison; `>/dev/null`, `2>&1` and `> pip.log` are meant as redirections. */
function isRequirement({ operator, target, glued, after }: Redirection): boolean {
  if (after < 0 || !['>', '<', '>>'].includes(operator)) return false;
  return target.startsWith('=') || (glued && /^\d+(?:\.|,|$)/.test(target));
}
