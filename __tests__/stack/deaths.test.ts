import { expect, test } from '@jest/globals';
import type { EngineEvent } from '../../src/model/engine.ts';
import { recallDeaths, watchDeaths } from '../../src/stack/deaths.ts';
import { makeFakeRun } from '../support/fake-effects.ts';

const told = (action: string, attributes: EngineEvent['attributes'] = {}): EngineEvent => ({
  ...{ type: 'container', action, id: 'c1', attributes },
  timeNano: 5_000_000_000n,
});

/** What is remembered of the events, once all of them were told. */
async function remember(events: readonly EngineEvent[], broken = false) {
  const { effects } = makeFakeRun();
  const engine = {
    ...effects.engine,
    async *events() {
      await Promise.resolve();
      yield* events;
      if (broken) throw new Error('the engine is gone');
    },
  };
  const deaths = watchDeaths({ engine }, 'l=1');
  await deaths.finish();
  return deaths;
}

test.each([
  [
    'an end with its code and how long it lasted',
    [told('die', { exitCode: '3', execDuration: '20' })],
    { exitCode: 3, oomKilled: false, at: 5000, lasted: 20_000 },
  ],
  ['a short life', [told('die', { exitCode: '1', execDuration: '0' })], { exitCode: 1, oomKilled: false, at: 5000 }],
  ['a lack of memory', [told('oom'), told('die', { exitCode: '137' })], { exitCode: 137, oomKilled: true, at: 5000 }],
  [
    'one that was survived',
    [told('oom'), told('start'), told('die', { exitCode: '0' })],
    { exitCode: 0, oomKilled: false, at: 5000 },
  ],
  ['nothing of the kind', [told('start')], undefined],
])('%s', async (_, events, expected) => {
  expect((await remember(events)).last('c1')).toEqual(expected);
});

test('a stream that breaks keeps what was told', async () => {
  expect((await remember([told('die', { exitCode: '3' })], true)).last('c1')?.exitCode).toBe(3);
});

test('only what was started again has an end behind it', async () => {
  const deaths = await remember([told('die', { exitCode: '3' })]);
  const { effects } = makeFakeRun();
  const state = await effects.engine.inspectContainer('c1');
  const containers = new Map([['api', [state, { ...state, restarts: 1 }, { ...state, id: 'c2', restarts: 1 }]]]);
  const ends = recallDeaths(containers, deaths)
    .get('api')
    ?.map(({ lastEnd }) => lastEnd?.exitCode);
  expect(ends).toEqual([undefined, 3, undefined]);
});
