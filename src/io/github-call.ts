import { z } from 'zod';
import type { Clock } from '../model/effects.ts';
import type { Fault } from '../model/fault.ts';
import { noteAbsence, noteDenial } from '../model/github.ts';
import { VERSION } from '../model/version.ts';
import { exchangeWithin, parseJson, readAnswer, type WholeAnswer } from './json-answer.ts';
import { answerFault, describeRequest, parseRetryAfter, printable } from './registry-problem.ts';
import { makeRetry } from './registry-retry.ts';
import { bodyOf, type Wire, type WireResponse } from './registry-wire.ts';

export interface GitHubContext {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told about every failure that is retried. */
  readonly report: (line: string) => void;
  readonly token: string;
  /** `https://api.github.com`, or that of an Enterprise Server. */
  readonly api: URL;
  /** `owner/name` */
  readonly repository: string;
}

export interface GitHubRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Below the API's address; every part of it that is data is encoded already. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** What the token has to be allowed, `checks: write`. */
  readonly needs: string;
  /** False: asked once. */
  readonly retry?: boolean;
}

/** Milliseconds for one attempt and for all of them. */
const ONE_ATTEMPT = 30_000;
const WITHIN = 90_000;
const ANSWER_LIMIT = 2 ** 25;
const PAGE = 100;
/** More pages than this nobody reads. */
const PAGES = 100;
/** What GitHub asks for where it gives no time (docs, "Best practices for using the REST API"). */
const SECONDARY_WAIT = 60_000;

/** One question to the REST API, repeated while it fails for a reason that passes. Throws a Fault for every answer but success and redirects. */
export async function askGitHub(context: GitHubContext, request: GitHubRequest): Promise<WholeAnswer> {
  const retry = makeRetry({ ...context, within: WITHIN, ...(request.retry === false ? { attempts: 1 } : {}) });
  return retry(() => askOnce(context, request));
}

/** The same with the answer parsed. */
export async function askFor<T>(context: GitHubContext, schema: z.ZodType<T>, request: GitHubRequest): Promise<T> {
  const { body } = await askGitHub(context, request);
  return readAnswer(schema, body, describe(context, request));
}

/** Every page of a list, up to ten thousand entries; `pick` finds the list in an answer. */
export async function askForAll<T, Page>(
  context: GitHubContext,
  schema: z.ZodType<Page>,
  request: GitHubRequest,
  pick: (page: Page) => readonly T[],
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let page = 1; page <= PAGES; page += 1) {
    const query = { ...request.query, per_page: String(PAGE), page: String(page) };
    const { response, body } = await askGitHub(context, { ...request, query });
    found.push(...pick(readAnswer(schema, body, describe(context, request))));
    // The address of the next page is GitHub's to give, but only whether there is one is believed.
    if (!String(response.headers['link'] ?? '').includes('rel="next"')) break;
  }
  return found;
}

async function askOnce(context: GitHubContext, request: GitHubRequest): Promise<WholeAnswer> {
  const { body: question } = request;
  const sent = {
    method: request.method,
    url: addressOf(context, request),
    headers: headersOf(context, request),
    ...(question === undefined ? {} : { body: bodyOf(Buffer.from(JSON.stringify(question))) }),
  };
  const limits = { within: ONE_ATTEMPT, limit: ANSWER_LIMIT };
  const { response, body } = await exchangeWithin(context, sent, describe(context, request), limits);
  if (response.status < 400) return { response, body };
  throw refusedFault(context, request, response, body);
}

function addressOf({ api }: GitHubContext, { path, query = {} }: GitHubRequest): URL {
  const url = new URL(`${api.href.replace(/\/+$/, '')}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

function headersOf({ token }: GitHubContext, { body }: GitHubRequest): Record<string, string> {
  return {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'user-agent': `slipway/${VERSION}`,
    'x-github-api-version': '2022-11-28',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

function describe(context: GitHubContext, request: GitHubRequest): string {
  return describeRequest(request.method, addressOf(context, request));
}

function refusedFault(
  context: GitHubContext,
  request: GitHubRequest,
  { status, headers }: WireResponse,
  body: Buffer,
): Fault {
  const said = wordsOf(body);
  const retryAfter = waitOf(status, headers, said, context.clock.now());
  const limited = retryAfter !== undefined;
  const fault = answerFault(`${describe(context, request)}: ${String(status)} ${said}`.trim(), {
    // GitHub answers 403 as often as 429 when somebody asks too much.
    status: limited ? 429 : status,
    remedy: remedyFor(status, limited, request),
    retryAfter,
  });
  const denied = !limited && (status === 401 || status === 403 || status === 404);
  if (status === 404) noteAbsence(fault);
  return denied ? noteDenial(fault) : fault;
}

function waitOf(status: number, headers: WireResponse['headers'], said: string, now: Date): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const asked = parseRetryAfter(headers['retry-after'], now);
  if (asked !== undefined) return asked;
  if (headers['x-ratelimit-remaining'] === '0') {
    const reset = Number(headers['x-ratelimit-reset']);
    return Number.isFinite(reset) ? Math.max(0, reset * 1000 - now.getTime()) : SECONDARY_WAIT;
  }
  return status === 429 || /secondary rate limit|abuse detection/i.test(said) ? SECONDARY_WAIT : undefined;
}

function remedyFor(status: number, limited: boolean, { needs }: GitHubRequest): string {
  if (limited) return 'The token asked too much of GitHub for now; running it again later is safe.';
  if (status === 401) return 'Give the action a token that is still good (input github-token).';
  if (status === 403 || status === 404)
    return `Grant the job \`${needs}\`; a run of a fork or of Dependabot has a token that only reads.`;
  if (status >= 500) return 'GitHub has a problem; running it again is safe.';
  return 'Read what GitHub says; it refuses the request as it is.';
}

const refusal = z.object({ message: z.string(), errors: z.unknown().optional() });

/** What GitHub says of a refusal, one printable line. */
function wordsOf(body: Buffer): string {
  const parsed = refusal.safeParse(parseJson(body)).data;
  if (parsed === undefined) return '';
  const more = parsed.errors === undefined ? '' : ` ${JSON.stringify(parsed.errors)}`;
  return printable(`${parsed.message}${more}`);
}
