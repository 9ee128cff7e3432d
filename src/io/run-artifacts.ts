import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Fault } from '../model/fault.ts';
import type { RunArtifacts } from '../model/run-artifacts.ts';
import { packFile } from './one-file-zip.ts';
import { printable } from './registry-problem.ts';
import { type Backend, callResults } from './results-service.ts';
import { type BlobContext, readStoredFile, writeStoredFile } from './stored-file.ts';

/** The version of the protocol in which artifacts say what they are. */
const PROTOCOL = 7;
/** Name of the one file inside an archive. */
const FILE = 'record.json';

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
  const { signed_upload_url: address } = await callResults(
    context,
    backend,
    created,
    'ArtifactService/CreateArtifact',
    {
      ...ids,
      name,
      mime_type: mimeType,
      version: PROTOCOL,
    },
  );
  await writeStoredFile(context, address, content, mimeType, `artifact ${name}`);
  const hash = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  await callResults(context, backend, finalized, 'ArtifactService/FinalizeArtifact', {
    ...ids,
    name,
    size: String(content.length),
    hash,
  });
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
  const { artifacts } = await callResults(context, backend, listed, 'ArtifactService/ListArtifacts', idsOf(backend));
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
  const { signed_url: address } = await callResults(context, backend, signed, 'ArtifactService/GetSignedArtifactURL', {
    workflow_run_backend_id: backend.run,
    workflow_job_run_backend_id: artifact.job,
    name: artifact.name,
  });
  return readStoredFile(context, address, limit, what, artifact.digest);
}
