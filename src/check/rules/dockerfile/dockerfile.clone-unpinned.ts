import { z } from 'zod';
import type { DockerfileInstruction } from '../../../model/facts.ts';
import type { Finding } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { readShellCommands, type ShellCommand } from '../../shell-commands.ts';
import { failWith } from '../../findings.ts';

const settings = z.strictObject({
  allow: z
    .array(z.string())
    .default([])
    .describe('Repositories that may be cloned without a ref, by the start of their URL.'),
});

/** Names that mean another commit tomorrow. */
const MOVING = new Set([
  'main',
  'master',
  'trunk',
  'develop',
  'dev',
  'HEAD',
  'FETCH_HEAD',
  'origin/main',
  'origin/master',
]);

/** `git clone` without a tag or commit: what the build gets depends on the day, and a cached layer never updates. */
export const dockerfileCloneUnpinned = defineRule({
  id: 'dockerfile.clone-unpinned',
  title: 'Every repository cloned by the build is pinned to a tag or commit',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['dockerfile'],
  settings,
  check({ dockerfile }, { settings: { allow } }) {
    const findings = dockerfile.instructions
      .flatMap((instruction) => [...findClones(instruction), ...findAdds(instruction)])
      .filter(({ url }) => !allow.some((prefix) => url.startsWith(prefix)))
      .map(({ url, line }): Finding => ({
        message: `${url} is fetched without a tag or commit: the layer is whatever the branch was when it was built first`,
        seen: url,
        place: { file: dockerfile.file, line },
        remedy: 'Check out a full commit id in the same RUN, or use `ADD <repository>.git#<commit>`.',
      }));
    return failWith(findings);
  },
});

interface Fetched {
  readonly url: string;
  readonly line: number;
}

/** Clones of a RUN that neither name a ref nor are followed by a checkout of one. */
function findClones(instruction: DockerfileInstruction): readonly Fetched[] {
  const commands = readShellCommands(instruction).map(readGit);
  return commands.flatMap((command, index) => {
    if (command?.verb !== 'clone' || command.url === undefined || command.pinned) return [];
    const until = commands.findIndex((other, at) => at > index && other?.verb === 'clone');
    const following = commands.slice(index + 1, until < 0 ? undefined : until);
    return following.some((other) => other?.pinned === true) ? [] : [{ url: command.url, line: command.line }];
  });
}

interface GitCommand {
  readonly verb: string;
  readonly line: number;
  readonly url: string | undefined;
  /** It names a ref that does not move. */
  readonly pinned: boolean;
}

function readGit({ words }: ShellCommand): GitCommand | undefined {
  const texts = words.map((word) => word.text.replace(/^(["'])(.*)\1$/s, '$2'));
  const start = texts.findIndex((text) => text === 'git' || text.endsWith('/git'));
  const at = texts.findIndex(
    (text, index) => index > start && /^(?:clone|checkout|switch|reset|fetch|worktree)$/.test(text),
  );
  if (start < 0 || at < 0) return undefined;
  const rest = texts.slice(at + 1);
  const verb = texts[at] ?? '';
  const named = verb === 'clone' ? refOption(rest) : rest.filter((text) => !text.startsWith('-')).at(-1);
  return {
    verb,
    line: words[start]?.line ?? 0,
    url: rest.find((text) => /^(?:[a-z+]+:\/\/|[\w.-]+@[\w.-]+:|\$)/.test(text)),
    pinned: named !== undefined && named !== 'origin' && !MOVING.has(named),
  };
}

function refOption(words: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    if (word === '-b' || word === '--branch' || word === '--revision') return words[index + 1];
    const value = /^(?:--branch|--revision)=(.*)$/s.exec(word)?.[1];
    if (value !== undefined) return value;
  }
  return undefined;
}

function findAdds({ keyword, text, line }: DockerfileInstruction): readonly Fetched[] {
  if (keyword !== 'ADD') return [];
  return text
    .split(/\s+/)
    .filter((word) => /^(?:https?:\/\/|git@|git:\/\/|ssh:\/\/)[^#?]*\.git\/?$/.test(word))
    .map((url) => ({ url, line }));
}
