import type { StackLogs } from './logs.ts';
import { describeEnd } from './readiness.ts';
import { findTrouble } from './trouble.ts';
import type { Readiness } from './watch.ts';

const LONGEST = 200;

/**
 * Services that ended and were started again before all were ready, in sentences. That is allowed, and it hides things: a
 * database whose schema cannot be loaded comes up empty at the second start.
 */
export async function describeStumbles(
  { containers }: Pick<Readiness, 'containers'>,
  logs: Pick<StackLogs, 'until'>,
): Promise<readonly string[]> {
  const all = [...containers].flatMap(([service, states]) => states.map((state) => ({ service, state })));
  const sentences = all.map(async ({ service, state }): Promise<string[]> => {
    if (state.lastEnd === undefined) return [];
    const printed = await logs.until(state.id, state.lastEnd.at);
    const line = (findTrouble(printed) ?? printed.at(-1))?.trim().slice(0, LONGEST);
    const said = line === undefined ? '' : `; it had printed "${line}"`;
    return [`${service} was started again while the stack started: ${describeEnd(state)}${said}`];
  });
  return (await Promise.all(sentences)).flat();
}
