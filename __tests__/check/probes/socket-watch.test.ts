import { expect, test } from '@jest/globals';
import type { ContainerRun } from '../../../src/check/probes/container-run.ts';
import { startSocketWatch } from '../../../src/check/probes/socket-watch.ts';

const OPEN = '   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 1 1\n';

/** A container whose port opens after the first look; the watch sleeps until somebody ends it. */
function openingRun(ended: AbortSignal): ContainerRun {
  let looks = 0;
  const sockets = (): Promise<{ tcp: string; tcp6: string }> =>
    Promise.resolve({ tcp: (looks += 1) > 1 ? OPEN : '', tcp6: '' });
  const sleep = (_time: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      signal?.addEventListener('abort', () => {
        resolve();
      });
    });
  const partial = { effects: { host: { sockets }, clock: { sleep } }, initPid: 7, age: () => 900, ended };
  return partial as unknown as ContainerRun;
}

test('a port that opened after the last look is seen when the watch is finished', async () => {
  const watch = startSocketWatch(openingRun(new AbortController().signal));
  await watch.finish();
  expect(watch.latest()).toEqual([{ port: 8080, address: '0.0.0.0', loopbackOnly: false }]);
  expect(watch.reachableAfter(8080)).toBe(900);
});

test('a container that has ended is not looked into again', async () => {
  const controller = new AbortController();
  const watch = startSocketWatch(openingRun(controller.signal));
  controller.abort();
  await watch.finish();
  expect(watch.latest()).toEqual([]);
});
