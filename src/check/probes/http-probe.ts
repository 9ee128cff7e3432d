import type { HttpCheck } from '../../model/check-config.ts';
import type { HttpResponse } from '../../model/http.ts';
import { formatDuration } from '../../model/duration.ts';
import type { HttpObservation } from '../../model/facts.ts';
import type { ContainerRun } from './container-run.ts';
import { judgeAnswer, percentile95 } from '../../model/http-judgement.ts';
import { pause } from '../../model/pause.ts';

/** How long the answers of a service are waited for. */
export interface HttpPatience {
  /** Milliseconds after the start by which everything must have succeeded. */
  readonly deadline: number;
  /** Age at which the health verdict was there: from then on nothing gets better by waiting. */
  readonly healthSettledAt: () => number | undefined;
  /** Why nobody outside the container can connect, once that has been so for `lasting` milliseconds. */
  readonly unreachable: (port: number, lasting?: number) => string | undefined;
  readonly port: () => number | undefined;
}

const RETRY_EVERY = 200;
const AFTER_HEALTH = 5000;
const WRONG_ANSWERS = 10_000;
const SLOWEST = 10_000;
const KEPT_BODY = 512;

type Attempt = { readonly answer: HttpResponse; readonly latency: number } | { readonly error: string };

/** Asks each declared path from outside the container's network namespace, in the order written. */
export async function probeHttp(
  run: ContainerRun,
  checks: readonly HttpCheck[],
  patience: HttpPatience,
): Promise<readonly HttpObservation[]> {
  const observations: HttpObservation[] = [];
  for (const [index, check] of checks.entries()) observations.push(await probeOne(run, check, index, patience));
  return observations;
}

async function probeOne(
  run: ContainerRun,
  check: HttpCheck,
  index: number,
  patience: HttpPatience,
): Promise<HttpObservation> {
  const began = run.age();
  let attempts = 0;
  let problems: readonly string[] = ['no port is known: declare `port`'];
  let last: HttpResponse | undefined;
  let answeredAt: number | undefined;
  for (;;) {
    const url = addressOf(run, check, patience);
    if (url !== undefined) {
      attempts += 1;
      const attempt = await ask(run, check, url);
      if ('answer' in attempt) {
        last = attempt.answer;
        answeredAt ??= run.age();
        problems = judgeAnswer(check, attempt.answer);
        if (problems.length === 0) return await repeat(run, check, index, { url, attempts, attempt });
      } else if (!run.ended.aborted || last === undefined) {
        problems = [attempt.error];
      }
    }
    const hopeless = giveUp(run, patience, began, answeredAt);
    if (hopeless !== undefined) {
      const all = hopeless === '' ? problems : [...problems, hopeless];
      return { check: index, url: url ?? check.path, attempts, latencies: [], problems: all, ...describeLast(last) };
    }
    await pause(run.effects.clock, RETRY_EVERY, run.ended);
  }
}

function addressOf(run: ContainerRun, check: HttpCheck, patience: HttpPatience): string | undefined {
  const port = patience.port();
  return port === undefined || run.address === undefined
    ? undefined
    : `http://${run.address}:${String(port)}${check.path}`;
}

/** Undefined: try again. Otherwise stop, with the reason where there is more to say than the last problem. */
function giveUp(
  run: ContainerRun,
  patience: HttpPatience,
  began: number,
  answeredAt: number | undefined,
): string | undefined {
  if (run.ended.aborted) return 'the container ended by itself';
  const port = patience.port();
  const unreachable = port === undefined ? undefined : patience.unreachable(port);
  if (unreachable !== undefined) return unreachable;
  const settled = patience.healthSettledAt();
  const afterHealth = settled === undefined ? Number.POSITIVE_INFINITY : Math.max(settled, began) + AFTER_HEALTH;
  const afterAnswer =
    answeredAt === undefined || settled !== undefined ? Number.POSITIVE_INFINITY : answeredAt + WRONG_ANSWERS;
  // A later check begins when an earlier one is over: it gets its own seconds even past the common deadline.
  const deadline = Math.max(patience.deadline, began + AFTER_HEALTH);
  if (run.age() <= Math.min(deadline, afterHealth, afterAnswer)) return undefined;
  return (port === undefined ? undefined : patience.unreachable(port, 0)) ?? '';
}

async function ask(run: ContainerRun, check: HttpCheck, url: string): Promise<Attempt> {
  const { clock, http } = run.effects;
  const began = clock.monotonic();
  const deadline = Math.max(SLOWEST, 2 * (check.within ?? 0));
  try {
    const answer = await http.request({
      url,
      method: check.method,
      headers: check.headers,
      ...(check.body === undefined ? {} : { body: check.body }),
      deadline,
      signal: run.ended,
    });
    return { answer, latency: clock.monotonic() - began };
  } catch (error) {
    return { error: describeError(error) };
  }
}

function describeError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'the connection was refused';
  if (code === 'ECONNRESET' || code === 'ABORT_ERR') return 'the connection was closed without an answer';
  return message;
}

interface FirstSuccess {
  readonly url: string;
  readonly attempts: number;
  readonly attempt: { readonly answer: HttpResponse; readonly latency: number };
}
/** After the first success all further answers count: each must meet the check, and 95 % of them in time. */
async function repeat(
  run: ContainerRun,
  check: HttpCheck,
  index: number,
  first: FirstSuccess,
): Promise<HttpObservation> {
  const firstSuccessAfter = run.age();
  const latencies = [first.attempt.latency];
  const problems = new Set<string>();
  let last = first.attempt.answer;
  for (let count = 1; count < check.repeat && !run.ended.aborted && problems.size === 0; count += 1) {
    const attempt = await ask(run, check, first.url);
    if ('error' in attempt) problems.add(`${attempt.error} (answer ${String(count + 1)} of ${String(check.repeat)})`);
    else {
      latencies.push(attempt.latency);
      last = attempt.answer;
      for (const problem of judgeAnswer(check, attempt.answer)) problems.add(problem);
    }
  }
  const slow = percentile95(latencies);
  if (check.within !== undefined && slow !== undefined && slow > check.within) {
    problems.add(`an answer took ${formatDuration(slow)} instead of at most ${formatDuration(check.within)}`);
  }
  return {
    check: index,
    url: first.url,
    attempts: first.attempts,
    firstSuccessAfter,
    latencies,
    problems: [...problems],
    ...describeLast(last),
  };
}

function describeLast(last: HttpResponse | undefined): { lastStatus?: number; lastBody?: string } {
  if (last === undefined) return {};
  return { lastStatus: last.status, lastBody: Buffer.from(last.body).toString('utf8').slice(0, KEPT_BODY) };
}
