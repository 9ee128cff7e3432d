import type { HttpResponse } from '../model/http.ts';
import type { Effects } from '../model/effects.ts';
import { formatDuration } from '../model/duration.ts';
import { judgeAnswer, percentile95 } from '../model/http-judgement.ts';
import { isOver, pause } from '../model/pause.ts';
import type { Redaction } from '../model/redaction.ts';
import type { StackCheck, StackHttpCheck, StackRunCheck } from '../model/stack-config.ts';
import type { StackProbe } from '../model/stack-facts.ts';
import { parseListening } from '../model/listening.ts';
import { findTrouble } from './trouble.ts';
import { findContainer, inspectStack, type StackContainers } from './containers.ts';

/** Who asks, and whom. */
export interface Asker {
  readonly effects: Effects;
  readonly label: string;
  readonly redact: Redaction;
}

/** A ready service may still warm up, and what was written may travel through a queue. */
const PATIENCE = 5_000;
const RETRY_EVERY = 250;
const SLOWEST = 10_000;
const KEPT = 400;

/** Asks once: what the answer is worth is for the caller. */
export async function probeOnce(asker: Asker, check: StackCheck): Promise<StackProbe> {
  const containers = await inspectStack(asker.effects, asker.label);
  return 'service' in check ? probeRun(asker, check, containers) : probeHttp(asker, check, containers);
}

/** Asks until the check is met, for a while; what has an effect is done once and again only where nobody answered. */
export async function probe(asker: Asker, check: StackCheck): Promise<StackProbe> {
  const { clock, signal } = asker.effects;
  const end = clock.monotonic() + PATIENCE;
  for (let attempts = 1; ; attempts += 1) {
    const seen = await probeOnce(asker, check);
    signal.throwIfAborted();
    const once = 'method' in check && check.method !== 'GET' && seen.elapsed !== undefined;
    if (seen.problems.length === 0 || once || clock.monotonic() >= end) return { ...seen, attempts };
    await pause(clock, RETRY_EVERY, signal);
  }
}

async function probeRun(asker: Asker, check: StackRunCheck, containers: StackContainers): Promise<StackProbe> {
  const { effects, redact } = asker;
  const about = { what: redact(`${check.service}: ${check.command.join(' ')}`), place: check.place, attempts: 1 };
  const container = containers.get(check.service)?.find(({ running }) => running);
  if (container === undefined) return { ...about, problems: [describeAbsence(check.service, containers)] };
  const began = effects.clock.monotonic();
  const {
    exitCode,
    output,
    stdout = output,
    stderr = '',
    timedOut,
  } = await effects.engine.exec(container.id, check.command, {
    deadline: check.within,
  });
  const problems = [
    ...(timedOut ? [`it did not end within ${formatDuration(check.within)}`] : []),
    ...(!timedOut && exitCode !== check.exit
      ? [`it ended with exit code ${String(exitCode)} instead of ${String(check.exit)}`]
      : []),
    ...(check.stdout === undefined || stdout.search(check.stdout) >= 0
      ? []
      : [`its output does not match ${String(check.stdout)}`]),
    ...(check.stderr === undefined || stderr.search(check.stderr) >= 0
      ? []
      : [`its error output does not match ${String(check.stderr)}`]),
  ];
  return { ...about, problems, elapsed: effects.clock.monotonic() - began, said: redact(output).trim().slice(-KEPT) };
}

function describeAbsence(service: string, containers: StackContainers): string {
  if (containers.has(service)) return `the service ${service} is not running`;
  return `the stack has no service ${service}; it has ${[...containers.keys()].sort().join(', ')}`;
}

async function probeHttp(asker: Asker, check: StackHttpCheck, containers: StackContainers): Promise<StackProbe> {
  const { effects, redact } = asker;
  const about = { what: `${check.method} ${check.url}`, place: check.place, attempts: 1 };
  const url = new URL(check.url);
  const container = findContainer(containers, url.hostname);
  const [address] = Object.values(container?.addresses ?? {});
  if (container === undefined || address === undefined)
    return { ...about, problems: [describeAbsence(url.hostname, containers)] };
  const latencies: number[] = [];
  let said = '';
  let failed = false;
  const problems = new Set<string>();
  for (let count = 0; count < check.repeat && problems.size === 0 && !isOver(effects.signal); count += 1) {
    const answer = await ask(effects, check, url, address);
    if ('refused' in answer) problems.add(await describeRefused(effects, url, container.pid));
    else if ('error' in answer) problems.add(answer.error);
    else {
      latencies.push(answer.latency);
      failed = answer.response.status >= 500;
      said = redact(Buffer.from(answer.response.body).toString('utf8')).slice(0, KEPT);
      for (const problem of judgeAnswer(check, answer.response)) problems.add(redact(problem));
    }
  }
  const slow = percentile95(latencies);
  if (check.within !== undefined && slow !== undefined && slow > check.within) {
    problems.add(`an answer took ${formatDuration(slow)} instead of at most ${formatDuration(check.within)}`);
  }
  const line = failed && problems.size > 0 ? await readTrouble(asker, container.id) : undefined;
  return {
    ...{ ...about, problems: [...problems], said },
    ...(slow === undefined ? {} : { elapsed: slow }),
    ...(line === undefined ? {} : { trouble: { service: url.hostname, line } }),
  };
}

const LOOKED_AT = 200;

/** An answer 5xx says that it failed; why is in the log. */
async function readTrouble({ effects, redact }: Asker, id: string): Promise<string | undefined> {
  const { both } = await effects.engine.logs(id, LOOKED_AT);
  return findTrouble(redact(both).split('\n'))?.trim().slice(0, KEPT);
}

type Answer =
  | { readonly response: HttpResponse; readonly latency: number }
  | { readonly error: string }
  | { readonly refused: true };

/** One request to the container's address under the name that the services know it by. */
async function ask(
  { http, clock, signal }: Effects,
  check: StackHttpCheck,
  url: URL,
  address: string,
): Promise<Answer> {
  const began = clock.monotonic();
  const target = new URL(url);
  target.hostname = address.includes(':') ? `[${address}]` : address;
  try {
    const response = await http.request({
      url: target.href,
      method: check.method,
      headers: { host: url.host, ...check.headers },
      ...(check.body === undefined ? {} : { body: check.body }),
      deadline: Math.max(SLOWEST, 2 * (check.within ?? 0)),
      signal,
    });
    return { response, latency: clock.monotonic() - began };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ECONNREFUSED' ? { refused: true } : { error: describeError(error) };
  }
}

/** Nobody listens there: what the container does listen on says what is wrong, its port or its address. */
async function describeRefused({ host }: Effects, url: URL, pid: number): Promise<string> {
  const port = url.port === '' ? '80' : url.port;
  const tables = pid > 0 ? await host.sockets(pid) : undefined;
  const open = tables === undefined ? [] : parseListening(tables);
  const told = open.map(({ address, port: other, loopbackOnly }) =>
    loopbackOnly ? `${address}:${String(other)}, which nobody else can reach` : String(other),
  );
  const instead = open.length === 0 ? '' : ` (it listens on ${[...new Set(told)].join(' and ')})`;
  return `nothing listens on port ${port} of ${url.hostname}${instead}`;
}

function describeError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNRESET' || code === 'ABORT_ERR') return 'the connection was closed without an answer';
  return message;
}
