import type { AccountFacts } from '../model/facts.ts';

/** The account the kernel will see for a USER value, or why the container will not start. */
export type ResolvedUser =
  | { readonly starts: true; readonly uid: number; readonly because: string; readonly fromPasswd: boolean }
  | { readonly starts: false; readonly because: string; readonly remedy: string };

/** Largest uid and gid an engine accepts. */
const LARGEST_ID = 2_147_483_647;
const NUMERIC = /^[+-]?\d+$/;

/**
 * Resolves `user[:group]` as engines do: a number is never looked up as a name, a name is matched exactly in /etc/passwd,
 * an empty user part is root (rules.md, fact 1 and user.config).
 */
export function resolveUser(value: string, accounts: AccountFacts): ResolvedUser {
  const [user = '', group = ''] = value.split(':');
  const resolved = resolveUserPart(user, value, accounts);
  if (!resolved.starts) return resolved;
  const problem = complainAboutGroup(group, accounts);
  return problem ?? resolved;
}

function resolveUserPart(user: string, value: string, accounts: AccountFacts): ResolvedUser {
  if (user === '') {
    const because = value === '' ? 'no USER is set' : `"${value}" names a group but no user`;
    return { starts: true, uid: 0, because, fromPasswd: false };
  }
  if (NUMERIC.test(user)) return resolveNumber(user);
  const account = accounts.passwd?.find((entry) => entry.name === user);
  if (account === undefined) return complainAboutMissing(user, accounts);
  if (!isId(account.uid)) return complainAboutRange(`the uid of "${user}" in /etc/passwd`);
  return {
    starts: true,
    uid: account.uid,
    because: `"${user}" is uid ${String(account.uid)} in /etc/passwd`,
    fromPasswd: true,
  };
}

function resolveNumber(user: string): ResolvedUser {
  const uid = Number(user);
  if (!isId(uid)) return complainAboutRange(`uid ${user}`);
  // `-0` is 0 for the engine and prints as 0.
  return { starts: true, uid: uid === 0 ? 0 : uid, because: `USER is "${user}"`, fromPasswd: false };
}

function isId(id: number): boolean {
  return Number.isInteger(id) && id >= 0 && id <= LARGEST_ID;
}

function complainAboutRange(what: string): ResolvedUser {
  return {
    starts: false,
    because: `${what} is outside 0 to ${String(LARGEST_ID)}`,
    remedy: 'Choose a uid between 1 and 2147483647, for example 10001.',
  };
}

function complainAboutMissing(user: string, accounts: AccountFacts): ResolvedUser {
  const where = accounts.passwd === undefined ? 'the image has no /etc/passwd' : 'no such name is in /etc/passwd';
  return {
    starts: false,
    because: `unable to find user "${user}": ${where}`,
    remedy: `Create the user in the stage that is shipped (RUN useradd …) or write its number (USER 10001).`,
  };
}

function complainAboutGroup(group: string, accounts: AccountFacts): ResolvedUser | undefined {
  if (group === '') return undefined;
  if (NUMERIC.test(group)) return isId(Number(group)) ? undefined : complainAboutRange(`gid ${group}`);
  if (accounts.group?.some((entry) => entry.name === group) === true) return undefined;
  return {
    starts: false,
    because: `unable to find group "${group}" in /etc/group`,
    remedy: 'Create the group in the stage that is shipped or write its number.',
  };
}
