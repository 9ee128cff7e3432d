import type { z } from 'zod';
import type { Clock } from '../model/effects.ts';
import type { Fault } from '../model/fault.ts';
import { noteRefusal } from '../model/identity.ts';
import type { Claims, IdentityStep } from '../model/identity.ts';
import { parseGoogleError } from './google-answers.ts';
import type { HiddenSecrets } from './hidden-secrets.ts';
import { readAnswer } from './json-answer.ts';
import { answerFault, deadlineFault, describeRequest, parseRetryAfter } from './registry-problem.ts';
import { makeRetry } from './registry-retry.ts';
import { bodyOf, readBody } from './registry-wire.ts';
import type { Wire } from './registry-wire.ts';

export interface GoogleContext {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly secrets: HiddenSecrets;
  /** Told about every failure that is retried. */
  readonly report: (line: string) => void;
}
export interface GoogleRequest {
  readonly step: IdentityStep;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The claims behind the token that is shown, for whoever explains a refusal. */
  readonly claims?: Claims;
}

/** All attempts of one question, milliseconds. */
const WITHIN = 20_000;
const ONE_ATTEMPT = 10_000;
const ANSWER_LIMIT = 2 ** 20;

/**
 * One question to GitHub's token server or to Google: five attempts within 20 s for what passes by itself, none for a refusal.
 * `prepare` is called for every attempt, so that a token that ended meanwhile is not shown again.
 */
export async function askGoogle<T>(
  context: GoogleContext,
  schema: z.ZodType<T>,
  prepare: () => Promise<GoogleRequest>,
): Promise<T> {
  const end = context.clock.monotonic() + WITHIN;
  const retry = makeRetry({ ...context, within: WITHIN });
  return retry(async () => {
    const request = await prepare();
    const left = Math.max(1000, Math.min(ONE_ATTEMPT, end - context.clock.monotonic()));
    return askOnce(context, schema, request, left);
  });
}

async function askOnce<T>(
  context: GoogleContext,
  schema: z.ZodType<T>,
  request: GoogleRequest,
  deadline: number,
): Promise<T> {
  const what = describeRequest(request.method, request.url);
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(deadlineFault(what, deadline));
  }, deadline);
  try {
    const signal = AbortSignal.any([context.signal, late.signal]);
    const { body, ...sent } = request;
    const response = await context.wire({
      ...sent,
      signal,
      ...(body === undefined ? {} : { body: bodyOf(Buffer.from(body)) }),
    });
    const answer = await readBody(response, what, ANSWER_LIMIT, signal);
    if (response.status === 200) return readAnswer(schema, answer, what);
    throw refusedFault(context, request, response.status, answer, response.headers['retry-after']);
  } finally {
    clearTimeout(timer);
  }
}

function refusedFault(
  { secrets, clock }: GoogleContext,
  request: GoogleRequest,
  status: number,
  body: Uint8Array,
  retryAfter: string | undefined,
): Fault {
  const { code, text } = parseGoogleError(body, status);
  const said = secrets.clean(text);
  const fault = answerFault(`${describeRequest(request.method, request.url)}: ${String(status)} ${said}`, {
    status,
    code,
    remedy:
      status >= 500
        ? 'The service has a problem; running it again is safe.'
        : 'Run slipway doctor: it explains the refusal.',
    retryAfter: parseRetryAfter(retryAfter, clock.now()),
  });
  if (status >= 500) return fault;
  return noteRefusal(fault, {
    step: request.step,
    status,
    text: said,
    ...(code === undefined ? {} : { code }),
    ...(request.claims === undefined ? {} : { claims: request.claims }),
  });
}
