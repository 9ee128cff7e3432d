import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../model/effects.ts';
import type { CredentialLookup } from './credentials.ts';
import { makeAuthorizer } from './registry-auth.ts';
import { deadlineFault, describeRequest, parseRetryAfter, statusFault } from './registry-problem.ts';
import type { RegistryReference } from './registry-reference.ts';
import { makeRetry } from './registry-retry.ts';
import type { Retry } from './registry-retry.ts';
import { makeSender } from './registry-sender.ts';
import type { RegistryRequest } from './registry-sender.ts';
import { makeWire, readBody } from './registry-wire.ts';
import type { WireResponse } from './registry-wire.ts';

/** What every conversation with a registry needs. */
export interface RegistryContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly credentials: CredentialLookup;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told about every failure that is retried. */
  readonly report: (line: string) => void;
  /** Told of every token before it is used, so that it can be kept out of logs. */
  readonly hide?: (secret: string) => void;
  /** Milliseconds for one small request, default 30 s. */
  readonly deadline?: number;
  /** How often a question is asked at most, default five times. */
  readonly attempts?: number;
}

export interface RegistryAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One repository of one registry: authorized, redirected, retried. */
export interface RegistrySession {
  /** A small question with its whole answer, retried. */
  ask(request: RegistryRequest): Promise<RegistryAnswer>;
  /** The same once: for steps of something that is retried as a whole. `patient`: without a deadline, for large bodies. */
  askOnce(request: RegistryRequest, patience?: 'patient'): Promise<RegistryAnswer>;
  /** A large answer as it comes; retried until its headers are there. */
  open(request: RegistryRequest): Promise<WireResponse>;
  readonly retry: Retry;
  readonly signal: AbortSignal;
  /** What was retried so far. */
  readonly retries: readonly string[];
}

const DEADLINE = 30_000;
/** A registry may need this long to take in a large blob before it answers. */
const IDLE = 120_000;
const ANSWER_LIMIT = 8 * 2 ** 20;

/** Opens no connection before the first request. `alsoPull`: another repository there that is read. */
export function openSession(
  target: RegistryReference,
  actions: string,
  context: RegistryContext,
  alsoPull?: string,
): RegistrySession {
  const wire = makeWire({ idle: IDLE, env: context.env });
  const authorizer = makeAuthorizer({ ...context, ...target, wire, actions, alsoPull });
  const send = makeSender(target, wire, authorizer);
  const retries: string[] = [];
  const report = (line: string): void => {
    retries.push(line);
    context.report(line);
  };
  const retry = makeRetry({ ...context, report });

  async function openOnce(request: RegistryRequest, signal: AbortSignal): Promise<WireResponse> {
    const { url, response } = await send(request, signal);
    if (request.expect.includes(response.status)) return response;
    const what = describeRequest(request.method, url);
    const body = await readBody(response, what, ANSWER_LIMIT, signal);
    const retryAfter = parseRetryAfter(response.headers['retry-after'], context.clock.now());
    throw statusFault(what, response.status, body, retryAfter);
  }

  async function askOnce(request: RegistryRequest, patience?: 'patient'): Promise<RegistryAnswer> {
    const limit = patience === 'patient' ? undefined : makeDeadline(request, target, context.deadline ?? DEADLINE);
    const signal = limit === undefined ? context.signal : AbortSignal.any([context.signal, limit.signal]);
    try {
      const { status, headers, body } = await openOnce(request, signal);
      const what = describeRequest(request.method, new URL(request.to, target.origin));
      return { status, headers, body: await readBody({ status, headers, body }, what, ANSWER_LIMIT, signal) };
    } finally {
      limit?.clear();
    }
  }

  return {
    ask: (request) => retry(() => askOnce(request)),
    askOnce,
    open: (request) => retry(() => openOnce(request, context.signal)),
    retry,
    signal: context.signal,
    retries,
  };
}

/** Aborts with a Fault that says what was not answered; cleared when the answer is there. */
function makeDeadline(request: RegistryRequest, target: RegistryReference, milliseconds: number) {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(deadlineFault(describeRequest(request.method, new URL(request.to, target.origin)), milliseconds));
  }, milliseconds);
  const clear = (): void => {
    clearTimeout(timer);
  };
  return { signal: controller.signal, clear };
}
