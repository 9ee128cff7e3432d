import type { AccountFacts, PasswordState } from '../../../model/facts.ts';
import type { Finding } from '../../../model/verdict.ts';
import { failWithFew } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** Account files that let somebody in: an empty password (CVE-2019-5021), a second name for uid 0, a password hash for everybody to try. */
export const userPasswd = defineRule({
  id: 'user.passwd',
  title: 'No account has an empty or a baked-in password, and only root is root',
  severity: 'error',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['accounts'],
  settings: noSettings,
  check({ accounts }) {
    const passwords = accounts.passwords ?? [];
    const findings = [...findAliases(accounts), ...passwords.flatMap(judgePassword)];
    return failWithFew(findings, `${String(accounts.passwd?.length ?? 0)} accounts, no password`);
  },
});

function findAliases({ passwd = [] }: AccountFacts): Finding[] {
  const roots = passwd.filter(({ uid }) => uid === 0);
  return roots
    .filter(({ name }, index) => name !== 'root' || index !== roots.findIndex((other) => other.name === 'root'))
    .map(({ name }) => ({
      message: `account "${name}" is a further one with uid 0`,
      seen: 'uid 0',
      allowed: 'root alone',
      place: { file: '/etc/passwd', inImage: true },
      remedy: 'Remove the account, or give it a uid of its own.',
    }));
}

function judgePassword({ name, state, file }: PasswordState): Finding[] {
  if (state === 'locked') return [];
  const seen = state === 'empty' ? 'no password' : 'a password hash';
  const message =
    state === 'empty'
      ? `account "${name}" has an empty password: su and login let anybody in`
      : `account "${name}" has a password hash that everybody who pulls the image can try passwords on`;
  const remedy = `Lock the account: RUN passwd -l ${/^[\w.-]+$/.test(name) ? name : 'NAME'}, and set passwords at run time if at all.`;
  return [{ message, seen, allowed: '`*` or `!`', place: { file, inImage: true }, remedy }];
}
