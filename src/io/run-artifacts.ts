import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Fault } from '../model/fault.ts';
import type { RunArtifacts } from '../model/run-artifacts.ts';
import { VERSION } from '../model/version.ts';
import { parseJson } from './json-answer.ts';
import { packFile } from './one-file-zip.ts';
import { answerFault, describeRequest, printable } from './registry-problem.ts';
import { isTrustworthy } from './registry-reference.ts';
import { makeRetry } from './registry-retry.ts';
import { bodyOf, readBody } from './registry-wire.ts';
import { type BlobContext, readStoredFile, writeStoredFile } from './stored-file.ts';

const SERVICE = '/twirp/github.actions.results.api.v1.ArtifactService/';
/** The version of the protocol in which artifacts say what they are. */
const PROTOCOL = 7;
const ANSWER_LIMIT = 2 ** 23;
/** Name of the one file inside an archive. */
const FILE = 'record.json';

/** How a job is known to the results service. */
interface Backend {
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

/**
 * Artifacts of the job's own run; the four calls of the results service that this takes (docs/decisions/0160).
 * `scope` keeps two calls of the workflow in one run apart, which have the same jobs: each sees its own.
 */
export function makeRunArtifacts(context: BlobContext, backend: Backend, scope = ''): RunArtifacts {
  const prefix = scope === '' ? '' : `c${createHash('sha256').update(scope).digest('hex').slice(0, 8)}.`;
  const isOwn = (name: string): boolean => (prefix === '' ? !SCOPED.test(name) : name.startsWith(prefix));
  return {
    put: (name, content) => store(context, backend, prefix + name, packFile(FILE, content), 'application/zip'),
    putOpen: (name, content, mimeType) => store(context, backend, prefix + name, content, mimeType),
    list: async () => {
      const names = (await listAll(context, backend)).map(({ name }) => name);
      return names.filter(isOwn).map((name) => name.slice(prefix.length));
    },
    get: (name, limit) => read(context, backend, prefix + name, limit),
  };
}

const SCOPED = /^c[0-9a-f]{8}\./;

const created = z.object({ ok: z.literal(true), signed_upload_url: z.string() });
const finalized = z.object({ ok: z.literal(true) });
const signed = z.object({ signed_url: z.string() });
const listed = z.object({
  artifacts: z
    .array(
      z.object({
        workflow_run_backend_id: z.string(),
        workflow_job_run_backend_id: z.string(),
        database_id: z.union([z.string(), z.number()]).transform(String),
        name: z.string(),
        digest: z.string().nullish(),
      }),
    )
    .default([]),
});

async function store(
  context: BlobContext,
  backend: Backend,
  name: string,
  content: Uint8Array,
  mimeType: string,
): Promise<void> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(name)) throw new Fault(`"${printable(name)}" cannot name an artifact`);
  const ids = idsOf(backend);
  const { signed_upload_url: address } = await call(context, backend, created, 'CreateArtifact', {
    ...ids,
    name,
    mime_type: mimeType,
    version: PROTOCOL,
  });
  await writeStoredFile(context, address, content, mimeType, `artifact ${name}`);
  const hash = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  await call(context, backend, finalized, 'FinalizeArtifact', { ...ids, name, size: String(content.length), hash });
}

function idsOf({ run, job }: Backend): Record<string, string> {
  return { workflow_run_backend_id: run, workflow_job_run_backend_id: job };
}

interface Stored {
  readonly name: string;
  readonly job: string;
  readonly digest?: string;
}

/** Those of every attempt of the run, of a name the newest, sorted by name. */
async function listAll(context: BlobContext, backend: Backend): Promise<readonly Stored[]> {
  const { artifacts } = await call(context, backend, listed, 'ListArtifacts', idsOf(backend));
  const newest = new Map<string, Stored>();
  const own = artifacts.filter((artifact) => artifact.workflow_run_backend_id === backend.run);
  for (const artifact of own.toSorted((one, other) => Number(one.database_id) - Number(other.database_id))) {
    const { name, digest, workflow_job_run_backend_id: job } = artifact;
    const known = digest === null || digest === undefined || digest === '' ? {} : { digest };
    newest.set(name, { name, job, ...known });
  }
  return [...newest.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

async function read(context: BlobContext, backend: Backend, name: string, limit: number): Promise<Uint8Array> {
  const what = `artifact ${printable(name)}`;
  const artifact = (await listAll(context, backend)).find((one) => one.name === name);
  if (artifact === undefined) throw new Fault(`${what} is not there`, { remedy: 'Run the job that stores it again.' });
  const { signed_url: address } = await call(context, backend, signed, 'GetSignedArtifactURL', {
    workflow_run_backend_id: backend.run,
    workflow_job_run_backend_id: artifact.job,
    name: artifact.name,
  });
  return readStoredFile(context, address, limit, what, artifact.digest);
}

/** One call of the service, repeated while it fails for a reason that passes. */
async function call<T>(
  context: BlobContext,
  { service, token }: Backend,
  schema: z.ZodType<T>,
  method: string,
  body: object,
): Promise<T> {
  const url = new URL(`${SERVICE}${method}`, service.origin);
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
  const said = z.object({ msg: z.string() }).safeParse(parseJson(body)).data?.msg ?? '';
  const taken = status === 409;
  return answerFault(`${describeRequest('POST', url)}: ${String(status)} ${printable(said)}`.trim(), {
    status,
    remedy: taken
      ? 'Two steps of this run handed over under one name: give them different images or stages.'
      : status >= 500
        ? 'GitHub’s artifact service has a problem; running it again is safe.'
        : 'See whether the organisation still has room for artifacts.',
  });
}
