import type { Login } from '../model/identity.ts';
import type { GoogleIdentity } from './google-identity.ts';
import type { HiddenSecrets } from './hidden-secrets.ts';

/** An identity that also shows the logins it was given, each to its own host and before anything else. They stay in memory. */
export function withLogins(
  identity: GoogleIdentity,
  logins: Readonly<Record<string, Login>>,
  { hide }: Pick<HiddenSecrets, 'hide'>,
): GoogleIdentity {
  for (const { username, password } of Object.values(logins)) {
    hide(password);
    hide(Buffer.from(`${username}:${password}`).toString('base64'));
  }
  const byHost = new Map(Object.entries(logins));
  return {
    ...identity,
    hosts: () => [...new Set([...byHost.keys(), ...identity.hosts()])],
    credentials: async (host) => {
      const login = byHost.get(host);
      return login === undefined ? identity.credentials(host) : { type: 'basic', ...login };
    },
  };
}
