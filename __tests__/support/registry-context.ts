import type { Credential } from '../../src/io/credentials.ts';
import type { RegistryContext } from '../../src/io/registry-session.ts';
import { makeScriptedClock } from './clock.ts';
import type { ScriptedClock } from './clock.ts';

export interface TestContext extends RegistryContext {
  readonly clock: ScriptedClock;
  /** Every retry told. */
  readonly lines: string[];
}

/** A context without credentials in which no retry waits; `change` replaces single parts. */
export function makeTestContext(change: Partial<RegistryContext> = {}, credential?: Credential): TestContext {
  const lines: string[] = [];
  return {
    signal: new AbortController().signal,
    credentials: () => Promise.resolve(credential),
    env: {},
    report: (line) => {
      lines.push(line);
    },
    ...change,
    clock: makeScriptedClock(),
    lines,
  };
}
