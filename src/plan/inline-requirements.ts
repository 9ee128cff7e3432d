import type { DockerfileInstruction, DockerfileLine } from '../model/facts.ts';
import type { Requirement } from '../model/requirement-facts.ts';
import { namesOtherIndex, parseRequirement } from './requirement-text.ts';

/** Options of pip and uv that take the next word with them. */
const WITH_VALUE =
  /^(?:-[rcifteCp]|--(?:requirements?|constraints?|index-url|extra-index-url|default-index|index|find-links|target|prefix|root|editable|python|python-version|platform|implementation|abi|trusted-host|no-binary|only-binary|cache-dir|timeout|retries|progress-bar|config-settings?|src|log|proxy|cert|client-cert|upgrade-strategy|report|exclude-newer|resolution|link-mode|extra|use-feature|prerelease))$/;
const WORD = /"[^"]*"|'[^']*'|&&|\|\||[;|]|(?:[^\s;|&"']|&(?!&))+/g;
/** The installer's own parts: `pip install --upgrade pip` draws no finding. */
const OWN = new Set(['pip', 'setuptools', 'wheel']);
const END = /^(?:&&|\|\||[;|])$/;

/** The requirements that a RUN names itself (`pip install poetry`), each with its line. */
export function inlineRequirements(run: DockerfileInstruction, file: string): readonly Requirement[] {
  const bodies = run.heredocs.flatMap(({ lines }) => lines.flatMap((line) => [...commandsOf([line])]));
  return [...commandsOf(run.lines), ...bodies].flatMap(installedBy).flatMap((install) => {
    const elsewhere = namesOtherIndex(install.map(({ text }) => text).join(' '));
    return install.flatMap(({ text, line }, index) => {
      if (WITH_VALUE.test(install[index - 1]?.text ?? '')) return [];
      const found = parseRequirement(text, { file, line });
      return found === undefined || OWN.has(found.name) ? [] : [elsewhere ? { ...found, elsewhere } : found];
    });
  });
}

/** The words of each simple command, quotes taken away. */
function commandsOf(lines: readonly DockerfileLine[]): readonly (readonly DockerfileLine[])[] {
  const commands: DockerfileLine[][] = [[]];
  for (const { line, text } of lines) {
    for (const [word] of text.matchAll(WORD)) {
      if (END.test(word)) commands.push([]);
      else commands.at(-1)?.push({ line, text: word.replace(/^(["'])(.*)\1$/s, '$2') });
    }
  }
  return commands;
}

/** The words behind `pip install`, `python -m pip install` or `uv pip install`; none for another command. */
function installedBy(command: readonly DockerfileLine[]): readonly (readonly DockerfileLine[])[] {
  const program = command.findIndex(({ text }) => /(?:^|\/)(?:pip[\d.]*|uv)$/.test(text));
  const verb = command.findIndex(({ text }, index) => index > program && text === 'install');
  return program < 0 || verb < 0 || verb > program + 3 ? [] : [command.slice(verb + 1)];
}
