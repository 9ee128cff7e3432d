import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dirname, join } from 'node:path';
import { type ActionResult, makeRepository, type Repository, runAction } from '../support/dist.ts';
import { type GitHubDouble, startGitHub } from '../support/github/double.ts';
import { eventOf, type EventRow, REPOSITORY } from '../support/github/payloads.ts';
import type { CacheScope } from '../support/github/state.ts';

const MINUTES = 3 * 60_000;
const MAIN: CacheScope = { Scope: 'refs/heads/main', Permission: 3 };
const MERGE: CacheScope = { Scope: 'refs/pull/12/merge', Permission: 3 };
const READ_MAIN: CacheScope = { ...MAIN, Permission: 1 };

let project: Repository;
let double: GitHubDouble;
beforeAll(async () => {
  double = await startGitHub(REPOSITORY);
  project = await makeRepository({
    Dockerfile:
      'FROM debian:bookworm-slim\nRUN echo kept > /words\nUSER 10001:10001\nCMD ["sh", "-c", "cat /words; exec sleep 1"]\n',
    'slipway.yml': 'cache: local\nimages:\n  tool: { dockerfile: Dockerfile, kind: job }\n',
  });
}, MINUTES);
afterAll(async () => {
  await double.stop();
  await project.remove();
});

interface Machine {
  readonly name: string;
  readonly row: EventRow;
  readonly scopes: readonly CacheScope[];
  readonly mode?: string;
}

/** A job on a machine that has nothing yet. */
async function check({ name, row, scopes, mode = '' }: Machine): Promise<ActionResult> {
  const event = eventOf(row, project.commit);
  const env = {
    ...event.env,
    ...double.cachedJobEnv(name, scopes),
    XDG_CACHE_HOME: join(dirname(project.output), name),
    ACTIONS_CACHE_MODE: mode,
  };
  const inputs = { command: 'check', 'github-token': double.token() };
  const result = await runAction(project, inputs, { env, payload: event.payload });
  expect([result.exitCode, `${result.stdout}${result.stderr}`.match(/warning:.*/g)]).toEqual([0, null]);
  return result;
}
const kept = () => double.state.entries.map(({ scope, key }) => `${scope} ${key.replace(/[0-9a-f]{32}$/, '')}`);
const noteOf = async () => (await project.record()).notes.find((note) => note.includes('facts about layers'));
const IMPORTED = /importing cache manifest from local/;

// In this order: what the default branch leaves is what pull requests find.
test(
  'cache: local and facts about layers go from machine to machine through the cache of GitHub Actions',
  async () => {
    const first = await check({ name: 'a', row: 'push to the default branch', scopes: [MAIN] });
    expect(first.stdout + first.stderr).not.toMatch(IMPORTED);
    expect(await noteOf()).toBeUndefined();
    expect(kept().toSorted()).toEqual([
      expect.stringMatching(/^refs\/heads\/main slipway-build#tool#main#$/),
      expect.stringMatching(/^refs\/heads\/main slipway-facts-v[\d.]+-[0-9a-f]{8}-$/),
    ]);

    const again = await check({ name: 'b', row: 'push to the default branch', scopes: [MAIN] });
    expect(again.stdout + again.stderr).toMatch(IMPORTED);
    // The branch could publish: it reads every layer itself.
    expect([await noteOf(), kept().length]).toEqual([undefined, 2]);

    const pull = await check({ name: 'c', row: 'pull request', scopes: [MERGE, READ_MAIN] });
    expect(pull.stdout + pull.stderr).toMatch(IMPORTED);
    expect(await noteOf()).toMatch(
      /^\d facts about layers were found by an earlier run \(actions cache slipway-facts-/,
    );
    expect(kept().slice(2)).toEqual(['refs/pull/12/merge slipway-build#tool#feature#']);
  },
  MINUTES,
);

test(
  'a fork reads and leaves nothing; a job with cache-mode none does not ask',
  async () => {
    const before = kept().length;
    const asked = () => double.state.log.filter((line) => line.includes('CacheService')).length;
    await check({ name: 'd', row: 'pull request of a fork', scopes: [MERGE, READ_MAIN] });
    expect(await noteOf()).toBeDefined();
    const count = asked();
    await check({ name: 'e', row: 'pull request', scopes: [MERGE, READ_MAIN], mode: 'none' });
    expect([kept().length, await noteOf(), asked()]).toEqual([before, undefined, count]);
  },
  MINUTES,
);
