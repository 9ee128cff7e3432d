import { z } from 'zod';
import type { GoogleContext } from './google-call.ts';
import { exchangeWithin, parseJson, readAnswer } from './json-answer.ts';
import { answerFault, describeRequest, parseRetryAfter, printable } from './registry-problem.ts';
import { makeRetry } from './registry-retry.ts';
import { bodyOf } from './registry-wire.ts';

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
  return schema === undefined ? answer : readAnswer(schema, answer, what);
}

async function askOnce(context: SigstoreContext, url: URL, what: string, question: object): Promise<Uint8Array> {
  const sent = {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', accept: '*/*' },
    body: bodyOf(Buffer.from(JSON.stringify(question))),
  };
  const limits = { within: ONE_ATTEMPT, limit: ANSWER_LIMIT };
  const { response, body } = await exchangeWithin(context, sent, what, limits);
  const { status, headers } = response;
  if (status === 200 || status === 201) return body;
  const said = refusal.safeParse(parseJson(body)).data?.message ?? '';
  throw answerFault(`${what}: ${String(status)} ${printable(context.secrets.clean(said))}`.trim(), {
    status,
    retryAfter: parseRetryAfter(headers['retry-after'], context.clock.now()),
    remedy:
      status >= 500
        ? 'The service has a problem; running it again is safe.'
        : 'Set sign: off to publish unsigned; GitHub signs for private repositories of Enterprise Cloud only.',
  });
}
