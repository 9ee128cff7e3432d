import type { GoogleContext } from '../../../src/io/google-call.ts';
import { makeGoogleIdentity } from '../../../src/io/google-identity.ts';
import { makeHiddenSecrets } from '../../../src/io/hidden-secrets.ts';
import { makeWire } from '../../../src/io/registry-wire.ts';
import type { Identity } from '../../../src/model/identity.ts';
import { makeScriptedClock } from '../clock.ts';
import type { Rig } from './rig.ts';

/** What the identity of a job of the rig's is made with. */
export function identityContext(rig: Rig): GoogleContext {
  return {
    wire: makeWire({ idle: 5000, env: {} }),
    clock: makeScriptedClock(new Date().toISOString()),
    signal: new AbortController().signal,
    env: rig.env,
    secrets: makeHiddenSecrets(),
    report: () => undefined,
  };
}

/** The identity of a job of the rig's. */
export function identityAt(rig: Rig): Identity {
  return makeGoogleIdentity(identityContext(rig)).identity;
}
