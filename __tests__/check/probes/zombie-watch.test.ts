import { expect, test } from '@jest/globals';
import { startRun } from '../../../src/check/probes/container-run.ts';
import { startZombieWatch } from '../../../src/check/probes/zombie-watch.ts';
import { makeFakeRun, ORDINARY_STATUS, type ContainerScript } from '../../support/fake-effects.ts';

async function watch(script: ContainerScript, milliseconds: number) {
  const { effects } = makeFakeRun(script);
  const run = await startRun(effects, 'c1', { network: 'n', label: 'a=b' });
  const zombies = startZombieWatch(run);
  await effects.clock.sleep(milliseconds);
  const found = await zombies.finish();
  await run.close();
  return found;
}
const dead = (pid: number): string => `Name:\tchild-${String(pid)}\nState:\tZ (zombie)\nPid:\t${String(pid)}`;

test('dead children that stay are told with their age, living and reaped ones are not', async () => {
  const found = await watch(
    {
      children: (age) => (age < 2500 ? [7, 8, 9] : [7, 9]),
      status: (pid) => (pid === 9 ? ORDINARY_STATUS : dead(pid)),
    },
    5000,
  );
  expect(found).toMatchObject([{ pid: 7, name: 'child-7' }]);
  expect(found?.[0]?.lasting).toBeGreaterThanOrEqual(4000);
});

test('no children is none, a host that does not tell is unknown', async () => {
  expect(await watch({}, 1500)).toEqual([]);
  expect(await watch({ state: () => ({ pid: 0 }) }, 1500)).toBeUndefined();
});
