import type { Account, AccountFacts } from '../model/facts.ts';

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
