import type { GpuExpectation } from '../model/gpu-config.ts';
import type { GpuPhaseResult } from '../model/gpu-verdict.ts';
import type { RunEnd } from './container.ts';
import { oneLine } from './problem.ts';

type Expectations = GpuPhaseResult['expectations'];

/** What is expected of a command beside what it did. */
export function compareEnd(expect: GpuExpectation, end: RunEnd): Expectations {
  const results: Expectations = [
    { what: `exit ${String(expect.exit)}`, seen: String(end.exitCode), passed: end.exitCode === expect.exit },
  ];
  if (expect.stdout !== undefined) {
    const passed = expect.stdout.test(end.stdout);
    results.push({ what: `stdout ${oneLine(String(expect.stdout), 200)}`, seen: oneLine(end.stdout, 200), passed });
  }
  if (expect.json !== undefined) {
    const printed = findJson(end.stdout);
    results.push({
      what: `JSON ${oneLine(JSON.stringify(expect.json), 200)}`,
      seen: printed === undefined ? 'no JSON' : oneLine(JSON.stringify(printed), 200),
      passed: printed !== undefined && isPart(expect.json, printed),
    });
  }
  return results;
}

/** The whole output as JSON, else its last line that is. */
export function findJson(stdout: string): unknown {
  const candidates = [stdout, ...stdout.trimEnd().split('\n').reverse().slice(0, 200)];
  for (const text of candidates) {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'object' && value !== null) return value;
    } catch {
      // The next line may be it.
    }
  }
  return undefined;
}

/** Whether each key that is expected has the value; lists are compared item by item. */
export function isPart(expected: unknown, seen: unknown): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(seen) &&
      seen.length === expected.length &&
      expected.every((item, index) => isPart(item, seen[index]))
    );
  }
  if (typeof expected !== 'object' || expected === null) return Object.is(expected, seen);
  if (typeof seen !== 'object' || seen === null) return false;
  return Object.entries(expected).every(
    ([key, value]) => Object.hasOwn(seen, key) && isPart(value, (seen as Record<string, unknown>)[key]),
  );
}
