import { findInCommand } from '../../../image/secrets/command-line.ts';
import { isSecretValue } from '../../../image/secrets/value.ts';
import type { HistoryEntry } from '../../../model/image.ts';
import { readHistoryArguments, readHistoryCommand } from '../../history-line.ts';
import { defineRule } from '../../rule.ts';
import { describeSecret, type FoundHere, secretSettings } from '../../secret-finding.ts';
import { failWith } from '../../findings.ts';

const REMEDY =
  'Build arguments and ENV stay in the image’s history for everybody: use RUN --mount=type=secret, and revoke this one.';

/** `RUN |n K=V … /bin/sh -c`, ARG, ENV and commands as BuildKit and the classic builder write them into the history. */
export const secretHistory = defineRule({
  id: 'secret.history',
  title: 'The image’s history holds no secrets',
  severity: 'error',
  always: true,
  keys: [],
  kinds: ['service', 'job'],
  needs: ['image'],
  settings: secretSettings,
  check({ image: { history, layers } }, { settings: { allow } }) {
    if (history.length === 0) {
      if (layers.length === 0) return { status: 'passed' };
      return { status: 'skipped', reason: 'the image has no history' };
    }
    return failWith(
      findSecrets(history).flatMap((found) => describeSecret(found, allow) ?? []),
      `${String(history.length)} lines`,
    );
  },
});

/** An argument appears again in every later RUN of its stage: told once, where it first stands. */
function findSecrets(history: readonly HistoryEntry[]): readonly FoundHere[] {
  const found = new Map<string, FoundHere>();
  for (const { instruction } of history) {
    for (const each of searchLine(instruction)) {
      const key = `${each.where}\0${each.secret}`;
      if (!found.has(key)) found.set(key, each);
    }
  }
  return [...found.values()];
}

function searchLine(instruction: string): readonly FoundHere[] {
  const base = { rule: 'secret.history', remedy: REMEDY };
  const given = readHistoryArguments(instruction).flatMap(({ keyword, name, value }): FoundHere[] => {
    const where = `${keyword} ${name} in the history`;
    const [formed] = findInCommand(value);
    const kind = formed?.kind ?? 'by its name';
    if (formed === undefined && !isSecretValue(name, value)) return [];
    return [{ ...base, kind, secret: formed?.secret ?? value, where, written: { keyword, name } }];
  });
  const command = readHistoryCommand(instruction);
  const said = findInCommand(command).map(({ kind, secret }): FoundHere => {
    const where = `${command.split(' ', 1)[0] ?? 'a line'} in the history`;
    return { ...base, kind, secret, where, written: { history: instruction } };
  });
  return [...given, ...said.filter(({ secret }) => !given.some((other) => other.secret === secret))];
}
