import type { Account, AccountFacts, PasswordState } from '../model/facts.ts';

type Groups = NonNullable<AccountFacts['group']>;

/** /etc/passwd as container runtimes read it (runc libcontainer/user): a uid that is no number is 0, missing fields are empty. */
export function parsePasswd(body: Buffer): Account[] {
  return linesOf(body).map((fields) => {
    const [name = '', , uid, gid, , home = ''] = fields;
    return { name, uid: parseId(uid), gid: parseId(gid), home };
  });
}

/** /etc/group read the same way. */
export function parseGroup(body: Buffer): Groups {
  return linesOf(body).map((fields) => {
    const [name = '', , gid, members = ''] = fields;
    return { name, gid: parseId(gid), members: members === '' ? [] : members.split(',') };
  });
}

/** The state of each account's password: /etc/passwd says it unless it holds `x`, then /etc/shadow does (passwd(5), shadow(5)). */
export function parsePasswords(passwd: Buffer | undefined, shadow: Buffer | undefined): PasswordState[] {
  const shadowed = new Map(readStates(shadow, '/etc/shadow').map((state) => [state.name, state]));
  // An empty field in /etc/passwd itself wins: then no password is asked for.
  const own = readStates(passwd, '/etc/passwd').map((state): PasswordState => {
    return state.state === 'locked' ? (shadowed.get(state.name) ?? state) : state;
  });
  const named = new Set(own.map(({ name }) => name));
  return [...own, ...[...shadowed.values()].filter(({ name, state }) => !named.has(name) && state === 'hash')];
}

function readStates(body: Buffer | undefined, file: PasswordState['file']): PasswordState[] {
  return (body === undefined ? [] : linesOf(body)).map(([name = '', password = '']) => ({
    name,
    file,
    state: stateOf(password),
  }));
}

/** `x` alone: whoever wrote it meant /etc/shadow, and without a line there nobody logs in. */
function stateOf(password: string): PasswordState['state'] {
  if (password === '') return 'empty';
  return password === 'x' || /^[!*]/.test(password) ? 'locked' : 'hash';
}

function linesOf(body: Buffer): string[][] {
  return body
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(':'));
}

/** Go's strconv.Atoi with its error ignored. */
function parseId(text: string | undefined): number {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) + 0 : 0;
}
