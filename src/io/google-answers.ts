import { z } from 'zod';
import { parseJson } from './json-answer.ts';
import { printable } from './registry-problem.ts';

/** An error as one of Google's services words it. */
export interface GoogleError {
  /** `invalid_target`, `PERMISSION_DENIED`, `ACCESS_TOKEN_TYPE_UNSUPPORTED`, … */
  readonly code?: string;
  readonly text: string;
}

const flat = z.object({ error: z.string(), error_description: z.string().optional() });
const nested = z.object({
  error: z.object({
    message: z.string().optional(),
    status: z.string().optional(),
    details: z.array(z.looseObject({ reason: z.string().optional() })).optional(),
  }),
});

/** Reads an error body: flat from the token exchange, nested from the other services, HTML from a proxy. */
export function parseGoogleError(body: Uint8Array, status: number): GoogleError {
  const document = parseJson(body);
  const exchange = flat.safeParse(document);
  if (exchange.success) {
    const { error, error_description: description } = exchange.data;
    return { code: printable(error), text: printable(description === undefined ? error : `${error}: ${description}`) };
  }
  const service = nested.safeParse(document);
  if (!service.success) return { text: `HTTP ${String(status)}, and the answer is no error of Google's` };
  const { message, status: name, details } = service.data.error;
  const reason = details?.find((detail) => detail.reason !== undefined)?.reason;
  const code = reason ?? name;
  const text = printable(message ?? name ?? `HTTP ${String(status)}`);
  return code === undefined ? { text } : { code: printable(code), text };
}
