import { formatDuration } from '../model/duration.ts';
import type { ProbeLog, ServiceFacts } from '../model/facts.ts';

const LONGEST = 160;
const LAST_LINES = 3;
const NEXT = ' ⏎ ';

/** One line of untrusted text, shortened for a sentence. */
export function quoteLine(text: string, longest = LONGEST): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return `"${line.length <= longest ? line : `${line.slice(0, longest - 1)}…`}"`;
}

/** What says why may be longer: servers put the cause at the end of a line. */
export function quoteTrouble(line: string): string {
  return quoteLine(line, 2 * LONGEST);
}

/** `; the last probe ended with 1 and said "…"`, or nothing when none ran. */
export function quoteLastProbe(log: readonly ProbeLog[]): string {
  const last = log.at(-1);
  if (last === undefined) return '';
  const said = last.output.trim() === '' ? 'said nothing' : `said ${quoteLine(last.output)}`;
  return `; the last probe ended with ${String(last.exitCode)} and ${said}`;
}

/** `; its last output was "…"`, or that there was none. */
export function quoteLastOutput(log: readonly string[]): string {
  const lines = log.filter((line) => line.trim() !== '').slice(-LAST_LINES);
  // What was printed last says most.
  while (lines.length > 1 && lines.join(NEXT).length > LONGEST) lines.shift();
  return lines.length === 0 ? '; it printed nothing' : `; its last output was ${quoteLine(lines.join(NEXT))}`;
}

/** Why a service was not there to be judged, as one sentence; undefined when it ran on until it was stopped. */
export function explainEnd(service: ServiceFacts): string | undefined {
  if (service.startError !== undefined) return `the container never started: ${service.startError}`;
  if (service.exitedEarly === undefined) return undefined;
  const { exitCode, after } = service.exitedEarly;
  const ended = `the container ended by itself after ${formatDuration(after)} with exit code ${String(exitCode)}`;
  // Without a config every image is taken for a service.
  const meant = exitCode === 0 ? '; if it is meant to end, write `kind: job`' : '';
  return `${ended}${quoteLastOutput(service.log)}${meant}`;
}
