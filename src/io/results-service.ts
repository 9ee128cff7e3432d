import { z } from 'zod';
import type { Fault } from '../model/fault.ts';
import { VERSION } from '../model/version.ts';
import { parseJson } from './json-answer.ts';
import { answerFault, describeRequest, printable } from './registry-problem.ts';
import { isTrustworthy } from './registry-reference.ts';
import { makeRetry } from './registry-retry.ts';
import { bodyOf, readBody } from './registry-wire.ts';
import type { BlobContext } from './stored-file.ts';

const SERVICES = '/twirp/github.actions.results.api.v1.';
const ANSWER_LIMIT = 2 ** 23;

/** How a job is known to the results service. */
export interface Backend {
  readonly service: URL;
  readonly token: string;
  readonly run: string;
  readonly job: string;
}

const claims = z.object({ scp: z.string() });

/** The results service as the runner offers it to an action; undefined where there is none, as in `run:` steps and on a laptop. */
export function findResultsService(env: Readonly<Record<string, string | undefined>>): Backend | undefined {
  const token = env['ACTIONS_RUNTIME_TOKEN'] ?? '';
  const address = env['ACTIONS_RESULTS_URL'] ?? '';
  if (token === '' || !URL.canParse(address)) return undefined;
  const service = new URL(address);
  if (!isTrustworthy(service)) return undefined;
  const scope = /(?:^| )Actions\.Results:([^: ]+):([^: ]+)(?: |$)/.exec(scopesOf(token));
  return scope === null ? undefined : { service, token, run: scope[1] ?? '', job: scope[2] ?? '' };
}

/** The claims are read, not believed: the service checks the token. */
function scopesOf(token: string): string {
  try {
    const text = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    return claims.parse(JSON.parse(text)).scp;
  } catch {
    return '';
  }
}

/** One call, as `CacheService/CreateCacheEntry`, repeated while it fails for a reason that passes. */
export async function callResults<T>(
  context: BlobContext,
  { service, token }: Backend,
  schema: z.ZodType<T>,
  method: string,
  body: object,
): Promise<T> {
  const url = new URL(`${SERVICES}${method}`, service.origin);
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'user-agent': `slipway/${VERSION}`,
  };
  return makeRetry(context)(async () => {
    const asked = { method: 'POST', url, headers, body: bodyOf(Buffer.from(JSON.stringify(body))) };
    const response = await context.wire({ ...asked, signal: context.signal });
    const answer = await readBody(response, method, ANSWER_LIMIT, context.signal);
    const parsed = schema.safeParse(parseJson(answer));
    if (response.status === 200 && parsed.success) return parsed.data;
    throw refusedFault(url, response.status === 200 ? 502 : response.status, answer);
  });
}

function refusedFault(url: URL, status: number, body: Buffer): Fault {
  const answer = z.object({ code: z.string().default(''), msg: z.string() }).safeParse(parseJson(body)).data;
  const said = answer?.msg ?? '';
  if (status === 404 && (answer === undefined || answer.code === 'bad_route')) return refuseUnknown(url);
  const taken = status === 409;
  return answerFault(`${describeRequest('POST', url)}: ${String(status)} ${printable(said)}`.trim(), {
    status,
    remedy: taken
      ? 'Two steps of this run handed over under one name: give them different images or stages.'
      : status >= 500
        ? 'GitHub’s results service has a problem; running it again is safe.'
        : 'See whether the organisation still has room for artifacts and caches.',
  });
}

/** An answer of something else than the service: older servers have none behind the address. */
function refuseUnknown(url: URL): Fault {
  return answerFault(`${describeRequest('POST', url)}: 404, so this server does not have that service`, {
    status: 404,
    remedy: 'Use the action in one job, which needs none: docs/workflow.md, “GitHub Enterprise Server”.',
  });
}
