import { tmpdir } from 'node:os';
import { makeActionsCache } from '../../../src/io/actions-cache.ts';
import { makeFiles } from '../../../src/io/files.ts';
import type { BlobContext } from '../../../src/io/stored-file.ts';
import { makeGitHub } from '../../../src/io/github.ts';
import { makeWire } from '../../../src/io/registry-wire.ts';
import { findResultsService } from '../../../src/io/results-service.ts';
import { makeRunArtifacts } from '../../../src/io/run-artifacts.ts';
import type { ActionsCache } from '../../../src/model/actions-cache.ts';
import type { GitHub } from '../../../src/model/github.ts';
import type { RunArtifacts } from '../../../src/model/run-artifacts.ts';
import { makeScriptedClock } from '../clock.ts';
import type { GitHubDouble } from './double.ts';
import type { CacheScope } from './state.ts';

/** What a client of the double is made with; time passes at once. */
export function clientContext(report: (line: string) => void = () => undefined): BlobContext {
  return {
    wire: makeWire({ idle: 5000, env: {} }),
    clock: makeScriptedClock('2026-01-02T03:04:05.000Z'),
    signal: new AbortController().signal,
    report,
  };
}

export function githubAt(double: GitHubDouble, token: string, report?: (line: string) => void): GitHub {
  const { repository } = double.state;
  return makeGitHub({ ...clientContext(report), token, api: new URL(double.origin), repository });
}

export function artifactsAt(env: Readonly<Record<string, string>>, scope = ''): RunArtifacts {
  const backend = findResultsService(env);
  if (backend === undefined) throw new Error('the job has no results service');
  return makeRunArtifacts(clientContext(), backend, scope);
}

/** The cache of a job that may see these scopes. */
export function actionsCacheAt(double: GitHubDouble, scopes: readonly CacheScope[] | undefined): ActionsCache {
  const backend = findResultsService(double.cachedJobEnv('1', scopes));
  if (backend === undefined) throw new Error('the job has no results service');
  return makeActionsCache(clientContext(), backend, makeFiles({ temporary: tmpdir() }));
}
