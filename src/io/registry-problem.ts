import { z } from 'zod';
import { Fault } from '../model/fault.ts';
import { noteRefusal } from '../model/identity.ts';
import { systemCode } from './file-faults.ts';

/** Why a request to a registry came to nothing; the cause of the Fault that says so. */
export interface RegistryProblem {
  readonly status?: number;
  /** `DENIED`, `NAME_UNKNOWN`, … (OCI distribution spec, "Error Codes"). */
  readonly code?: string;
  /** The same request may succeed when it is sent again. */
  readonly temporary: boolean;
  /** Milliseconds the registry asks to wait. */
  readonly retryAfter?: number;
  readonly error?: unknown;
}

const problems = new WeakMap<Fault, RegistryProblem>();

/** The problem behind a Fault of the registry client; undefined for every other error. */
export function problemOf(error: unknown): RegistryProblem | undefined {
  return error instanceof Fault ? problems.get(error) : undefined;
}

const TEMPORARY_STATUS = new Set([408, 429, 500, 502, 503, 504]);
const TEMPORARY_CODES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers at this address',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'no connection in time',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name cannot be looked up now',
};

/** What was asked, for messages: `PUT registry.example.com/v2/team/api/manifests/v1`. */
export function describeRequest(method: string, url: URL): string {
  // Queries hold upload state and signatures, user info holds passwords.
  return `${method} ${url.host}${url.pathname.replace(/(sha256:[0-9a-f]{12})[0-9a-f]+/, '$1')}`;
}

/** A Fault for a connection that failed before or while an answer arrived. */
export function connectionFault(what: string, error: unknown): Fault {
  const code = systemCode(error);
  const temporary = code !== undefined && TEMPORARY_CODES.has(code);
  const isCertificate = code !== undefined && /CERT|SIGNATURE|ISSUER|^ERR_TLS|^ERR_SSL/.test(code);
  const words = code === undefined ? undefined : WORDS[code];
  const said = code ?? (error instanceof Error ? error.message : String(error));
  const text = words === undefined ? said : `${words} (${said})`;
  const remedy = isCertificate
    ? 'Add the certificate authority of the registry (NODE_EXTRA_CA_CERTS).'
    : 'Check the address and whether the registry is up; running it again is safe.';
  return makeFault(`${what}: ${printable(text)}`, isCertificate ? 'user' : 'environment', remedy, { temporary, error });
}

/** A Fault for a request that was not answered in time. */
export function deadlineFault(what: string, milliseconds: number): Fault {
  const message = `${what}: no answer within ${String(Math.round(milliseconds / 1000))} s`;
  return makeFault(message, 'environment', 'Running it again is safe.', { temporary: true });
}

/** A Fault for an answer with a status that was not expected. */
export function statusFault(what: string, status: number, body: Uint8Array, retryAfter?: number): Fault {
  const { code, message } = parseErrors(body);
  const words = [String(status), code, message].filter((part) => part !== undefined && part !== '').join(' ');
  const fault = answerFault(`${what}: ${words}`, { status, remedy: remedyFor(status), code, retryAfter });
  const text = [code?.toLowerCase(), message].filter((part) => part !== undefined && part !== '').join(': ');
  const refusal = { step: 'registry', status, text: text === '' ? words : text } as const;
  return status === 401 || status === 403 ? noteRefusal(fault, withCode(refusal, code)) : fault;
}

function withCode<T extends object>(refusal: T, code: string | undefined): T & { readonly code?: string } {
  return code === undefined ? refusal : { ...refusal, code };
}

/** A Fault for an answer that another reader took apart; its status says whether asking again may help. */
export function answerFault(
  message: string,
  answer: {
    readonly status: number;
    readonly remedy: string;
    readonly code?: string | undefined;
    readonly retryAfter?: number | undefined;
  },
): Fault {
  const { status, remedy, code, retryAfter } = answer;
  const temporary = TEMPORARY_STATUS.has(status);
  return makeFault(message, status >= 500 || temporary ? 'environment' : 'user', remedy, {
    status,
    temporary,
    ...(code === undefined ? {} : { code }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** The same Fault saying how often was tried. */
export function withAttempts(fault: Fault, attempts: number): Fault {
  return new Fault(`${fault.message} (${String(attempts)} attempts)`, {
    kind: fault.kind,
    cause: fault,
    ...(fault.where === undefined ? {} : { where: fault.where }),
    ...(fault.remedy === undefined ? {} : { remedy: fault.remedy }),
  });
}

/** Milliseconds of a Retry-After header, seconds or a date (RFC 9110, 10.2.3); undefined when it is neither. */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

function makeFault(message: string, kind: 'user' | 'environment', remedy: string, problem: RegistryProblem): Fault {
  const fault = new Fault(message, { kind, remedy, ...(problem.error === undefined ? {} : { cause: problem.error }) });
  problems.set(fault, problem);
  return fault;
}

function remedyFor(status: number): string {
  if (status === 401) return 'Log in to this very host (docker login), or let a credential helper answer for it.';
  if (status === 403) return 'Ask for permission to read and write this repository.';
  if (status === 404) return 'Check the name of the repository; some registries need it to be created first.';
  if (status === 409) return 'The registry keeps tags as they are: choose a new tag.';
  if (status === 413) return 'Raise the size limit of the registry or of the proxy in front of it.';
  if (status >= 500 || TEMPORARY_STATUS.has(status)) return 'The registry has a problem; running it again is safe.';
  return 'Read what the registry says; it refuses the request as it is.';
}

const errorBody = z.object({
  errors: z
    .array(z.object({ code: z.string(), message: z.string().optional(), detail: z.unknown().optional() }))
    .min(1),
});

/** The first error of a body as the distribution spec has it; proxies answer HTML, which says nothing worth printing. */
function parseErrors(body: Uint8Array): { readonly code?: string; readonly message?: string } {
  let parsed;
  try {
    parsed = errorBody.parse(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch {
    return {};
  }
  const first = parsed.errors[0];
  const detail = typeof first?.detail === 'string' ? first.detail : '';
  const message = [first?.message ?? '', detail].filter((part) => part !== '').join(': ');
  return { code: printable(first?.code ?? ''), message: printable(message) };
}

/** One row of printable text: what a server sends must not steer a terminal. */
export function printable(text: string): string {
  return text
    .replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]+/gu, ' ')
    .trim()
    .slice(0, 300);
}
