import type { HttpCheck } from './check-config.ts';
import type { HttpResponse } from './http.ts';

/** What is wrong with one answer, in words; empty when it meets the check. Latency is judged over all answers. */
export function judgeAnswer(check: Omit<HttpCheck, 'path'>, answer: HttpResponse): readonly string[] {
  const problems: string[] = [];
  if (!check.status.includes(answer.status)) {
    const location = answer.headers['location'];
    const where = location === undefined ? '' : ` (to ${location}; redirects are not followed)`;
    problems.push(`status ${String(answer.status)}${where} instead of ${check.status.join(' or ')}`);
  }
  if (check.type !== undefined) {
    const seen = answer.headers['content-type'] ?? 'none';
    const media = seen.split(';')[0]?.trim().toLowerCase();
    if (media !== check.type.toLowerCase()) problems.push(`content type ${seen} instead of ${check.type}`);
  }
  if (check.json !== undefined) problems.push(...judgeJson(check.json, answer));
  return problems;
}

function judgeJson(expected: unknown, answer: HttpResponse): readonly string[] {
  if (answer.truncated) return ['a body over 1 MiB, too long to be compared as JSON'];
  let seen: unknown;
  try {
    seen = JSON.parse(Buffer.from(answer.body).toString('utf8'));
  } catch {
    return ['a body that is not JSON'];
  }
  const difference = findDifference(expected, seen, '');
  return difference === undefined ? [] : [difference];
}

/** First place where `seen` lacks something `expected` has: objects may have more keys, lists must match in length and order. */
export function findDifference(expected: unknown, seen: unknown, path: string): string | undefined {
  const where = path === '' ? 'the JSON answer' : `JSON ${path}`;
  if (Array.isArray(expected)) {
    if (!Array.isArray(seen)) return `${where} is ${show(seen)} instead of a list`;
    if (seen.length !== expected.length) {
      return `${where} has ${String(seen.length)} entries instead of ${String(expected.length)}`;
    }
    return firstOf(expected.map((entry, index) => findDifference(entry, seen[index], `${path}[${String(index)}]`)));
  }
  if (isRecord(expected)) {
    if (!isRecord(seen)) return `${where} is ${show(seen)} instead of an object`;
    return firstOf(
      Object.entries(expected).map(([key, value]) => {
        const below = path === '' ? key : `${path}.${key}`;
        return Object.hasOwn(seen, key) ? findDifference(value, seen[key], below) : `JSON ${below} is missing`;
      }),
    );
  }
  return expected === seen ? undefined : `${where} is ${show(seen)} instead of ${show(expected)}`;
}

/** The value that 95 % of the samples do not exceed (nearest rank); undefined without samples. */
export function percentile95(samples: readonly number[]): number | undefined {
  const sorted = [...samples].sort((left, right) => left - right);
  return sorted[Math.ceil(sorted.length * 0.95) - 1];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstOf(differences: readonly (string | undefined)[]): string | undefined {
  return differences.find((difference) => difference !== undefined);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? 'nothing' : text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
