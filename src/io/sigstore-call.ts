import { z } from 'zod';
import type { GoogleContext } from './google-call.ts';
import { parseJson } from './google-answers.ts';
import { answerFault, deadlineFault, describeRequest, parseRetryAfter, printable } from './registry-problem.ts';
import { makeRetry } from './registry-retry.ts';
import { bodyOf, readBody } from './registry-wire.ts';

/** What asking takes: the same as the way to a token. */
export type SigstoreContext = GoogleContext;

/** Milliseconds for one attempt and for all of them. */
const ONE_ATTEMPT = 15_000;
const WITHIN = 60_000;
const ANSWER_LIMIT = 2 ** 20;

const refusal = z.object({ message: z.string() });

/** One question to a service of Sigstore's, repeated while it fails for a reason that passes; without a schema its bytes. Throws a Fault. */
export async function askSigstore<T>(
  context: SigstoreContext,
  schema: z.ZodType<T>,
  url: URL,
  question: object,
): Promise<T>;
export async function askSigstore(
  context: SigstoreContext,
  schema: undefined,
  url: URL,
  question: object,
): Promise<Uint8Array>;
export async function askSigstore<T>(
  context: SigstoreContext,
  schema: z.ZodType<T> | undefined,
  url: URL,
  question: object,
): Promise<T | Uint8Array> {
  const retry = makeRetry({ ...context, within: WITHIN });
  const what = describeRequest('POST', url);
  const answer = await retry(() => askOnce(context, url, what, question));
  if (schema === undefined) return answer;
  const parsed = schema.safeParse(parseJson(answer));
  if (parsed.success) return parsed.data;
  throw answerFault(`${what}: the answer is not what was asked for`, {
    status: 502,
    remedy: 'Running it again is safe.',
  });
}

async function askOnce(context: SigstoreContext, url: URL, what: string, question: object): Promise<Uint8Array> {
  const late = AbortSignal.timeout(ONE_ATTEMPT);
  const signal = AbortSignal.any([context.signal, late]);
  try {
    const response = await context.wire({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', accept: '*/*' },
      body: bodyOf(Buffer.from(JSON.stringify(question))),
      signal,
    });
    const body = await readBody(response, what, ANSWER_LIMIT, signal);
    if (response.status === 200 || response.status === 201) return body;
    const said = refusal.safeParse(parseJson(body)).data?.message ?? '';
    throw answerFault(`${what}: ${String(response.status)} ${printable(context.secrets.clean(said))}`.trim(), {
      status: response.status,
      retryAfter: parseRetryAfter(response.headers['retry-after'], context.clock.now()),
      remedy:
        response.status >= 500
          ? 'The service has a problem; running it again is safe.'
          : 'Set sign: off to publish unsigned; GitHub signs for private repositories of Enterprise Cloud only.',
    });
  } catch (error) {
    throw late.aborted && !context.signal.aborted ? deadlineFault(what, ONE_ATTEMPT) : error;
  }
}
