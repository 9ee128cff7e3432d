import { makeEffects } from '../../src/io/effects.ts';
import type { Effects } from '../../src/model/effects.ts';

export interface CapturedEffects {
  readonly effects: Effects;
  /** Everything written so far, both streams together. */
  text(): string;
}

/** The machine's own effects with what they print kept for the test; `env` is added to the inherited one. */
export function captureEffects(
  env: Readonly<Record<string, string>> = {},
  signal: AbortSignal = new AbortController().signal,
): CapturedEffects {
  const written: string[] = [];
  const stream = { write: (text: string) => void written.push(text) };
  const inherited = { ...process.env, GITHUB_ACTIONS: undefined, ...env };
  return {
    effects: makeEffects({ env: inherited, stdout: stream, stderr: stream, signal }),
    text: () => written.join(''),
  };
}
