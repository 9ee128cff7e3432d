import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { findResultsService } from '../../src/io/results-service.ts';
import { Fault } from '../../src/model/fault.ts';
import { artifactsAt, githubAt } from '../support/github/client.ts';
import { type GitHubDouble, startGitHub } from '../support/github/double.ts';

let double: GitHubDouble;
beforeAll(async () => {
  double = await startGitHub();
});
afterEach(() => {
  double.state.failures.length = 0;
});
afterAll(async () => {
  await double.stop();
});
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('artifacts of a run', () => {
  test('go from job to job by name, the newest attempt of each', async () => {
    await artifactsAt(double.jobEnv('1', 'build')).put('record-b', Buffer.from('{"b":1}'));
    await artifactsAt(double.jobEnv('1', 'other')).put('record-a', Buffer.from('{"a":1}'));
    await artifactsAt(double.jobEnv('2', 'build')).put('record-x', Buffer.from('{}'));
    await artifactsAt(double.jobEnv('1', 'build', 2)).put('record-b', Buffer.from('{"b":2}'));
    await artifactsAt(double.jobEnv('1', 'build')).putOpen('report.html', Buffer.from('<p>'), 'text/html');
    const store = artifactsAt(double.jobEnv('1', 'gate'));
    const found = await store.list();
    expect(found.filter((name) => name.startsWith('record'))).toEqual(['record-a', 'record-b']);
    const read = async (name: string): Promise<string> => text(await store.get(name, 1000));
    const [a, b] = [await read('record-a'), await read('record-b')];
    expect([a, b]).toEqual(['{"a":1}', '{"b":2}']);
    expect(await read('report.html')).toBe('<p>');
  });

  test('of two configs in one run have the same names, and each sees its own', async () => {
    const [usual, other] = [artifactsAt(double.jobEnv('3')), artifactsAt(double.jobEnv('3'), 'ml/slipway.yml')];
    await usual.put('slipway-record.gate.all.1', Buffer.from('usual'));
    await other.put('slipway-record.gate.all.1', Buffer.from('other'));
    for (const [store, word] of [
      [usual, 'usual'],
      [other, 'other'],
    ] as const) {
      expect(await store.list()).toEqual(['slipway-record.gate.all.1']);
      expect(text(await store.get('slipway-record.gate.all.1', 100))).toBe(word);
    }
  });

  test('can be read by another run through the API', async () => {
    await artifactsAt(double.jobEnv('5')).put('record-a', Buffer.from('{"a":5}'));
    const github = githubAt(double, double.token());
    const found = await github.listArtifacts('5');
    expect(found.map(({ name, expired }) => [name, expired])).toEqual([['record-a', false]]);
    const [first] = found;
    expect(first === undefined ? '' : text(await github.readArtifact(first, 1000))).toBe('{"a":5}');
  });

  test('are refused when they are larger than was agreed, packed or not', async () => {
    const store = artifactsAt(double.jobEnv('6'));
    await store.put('bomb', Buffer.alloc(5_000_000));
    await store.putOpen('open', Buffer.alloc(5_000_000), 'text/plain');
    for (const name of ['bomb', 'open', 'absent']) await expect(store.get(name, 1000)).rejects.toThrow(Fault);
  });

  test('are refused when the bytes are not those that were stored', async () => {
    const store = artifactsAt(double.jobEnv('7'));
    await store.put('a', Buffer.from('{}'));
    const stored = double.state.artifacts.find(({ run }) => run === 'run-7');
    if (stored !== undefined) stored.content = Buffer.from('something else');
    await expect(store.get('a', 1000)).rejects.toThrow(/is not what was stored/);
  });

  test('have a name once, and the second is told so', async () => {
    const store = artifactsAt(double.jobEnv('8'));
    await store.put('a', Buffer.from('1'));
    await expect(store.put('a', Buffer.from('1'))).rejects.toMatchObject({
      remedy: expect.stringContaining('one name'),
    });
    await expect(store.put('a/b', Buffer.from('1'))).rejects.toThrow(/cannot name an artifact/);
  });

  test('survive a service that stumbles', async () => {
    const { failures } = double.state;
    failures.push({ match: /ListArtifacts/, status: 503, times: 2 }, { match: /^PUT \/blob/, status: 500, times: 1 });
    const store = artifactsAt(double.jobEnv('9'));
    await store.put('a', Buffer.from('1'));
    expect(await store.list()).toHaveLength(1);
  });
});

test.each([
  ['nothing', {}],
  ['a token that is none', { ACTIONS_RUNTIME_TOKEN: 'a.b.c', ACTIONS_RESULTS_URL: 'https://results.example' }],
  ['an address that may not see the token', { ACTIONS_RUNTIME_TOKEN: '', ACTIONS_RESULTS_URL: 'http://example.com' }],
])('there is no results service with %s', (_name, env) => {
  expect(findResultsService(env)).toBeUndefined();
});
