import type { z } from 'zod';
import { answerFault, deadlineFault } from './registry-problem.ts';
import { readBody, type Wire, type WireRequest, type WireResponse } from './registry-wire.ts';

/** An answer whose body is in memory. */
export interface WholeAnswer {
  readonly response: WireResponse;
  readonly body: Buffer;
}

/** The document of an answer; undefined for what is no JSON. The parser's complaint is dropped: it quotes the text, which may hold a token. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The document as the schema has it. Throws a Fault for an answer of a proxy in between, with a status that says nothing was wrong. */
export function readAnswer<T>(schema: z.ZodType<T>, body: Uint8Array, what: string): T {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  throw answerFault(`${what}: the answer is not what was asked for`, {
    status: 502,
    remedy: 'Running it again is safe.',
  });
}

/** One question with its whole answer, `limit` bytes at most, within so many milliseconds. Throws a Fault for an answer that is late. */
export async function exchangeWithin(
  { wire, signal }: { readonly wire: Wire; readonly signal: AbortSignal },
  request: Omit<WireRequest, 'signal'>,
  what: string,
  { within, limit }: { readonly within: number; readonly limit: number },
): Promise<WholeAnswer> {
  const late = AbortSignal.timeout(within);
  const either = AbortSignal.any([signal, late]);
  try {
    const response = await wire({ ...request, signal: either });
    return { response, body: await readBody(response, what, limit, either) };
  } catch (error) {
    throw late.aborted && !signal.aborted ? deadlineFault(what, within) : error;
  }
}
