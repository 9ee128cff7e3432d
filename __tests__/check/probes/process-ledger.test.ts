import { expect, test } from '@jest/globals';
import { makeProcessLedger } from '../../../src/check/probes/process-ledger.ts';
import type { ProcessStatus } from '../../../src/check/probes/proc-status.ts';

const SHIM = 50;
const INIT = 100;

function statusOf(pid: number, parent: number, change: Partial<ProcessStatus> = {}): ProcessStatus {
  const ids = [1000, 1000, 1000, 1000] as const;
  const none = '0000000000000000';
  return {
    name: `p${String(pid)}`,
    pid,
    parent,
    innerPid: 0,
    uids: ids,
    gids: ids,
    groups: [],
    capEffective: none,
    capPermitted: none,
    capAmbient: none,
    ...change,
  };
}
function snapshotOf(statuses: readonly ProcessStatus[], alsoListed: readonly number[] = []) {
  return { init: INIT, listed: [...statuses.map((status) => status.pid), ...alsoListed], statuses };
}
const init = statusOf(INIT, SHIM);

test('PID 1 and its descendants are own; what the engine puts beside them is not', () => {
  const ledger = makeProcessLedger();
  ledger.add(snapshotOf([init, statusOf(101, INIT), statusOf(102, 101), statusOf(200, SHIM), statusOf(201, 200)]));
  const own = Object.fromEntries(ledger.processes().map((process) => [process.pid, process.own]));
  expect(own).toEqual({ 100: true, 101: true, 102: true, 200: false, 201: false });
});

test('an orphan of a probe stays foreign when PID 1 adopts it', () => {
  const ledger = makeProcessLedger();
  ledger.add(snapshotOf([init, statusOf(200, SHIM), statusOf(201, 200)]));
  ledger.add(snapshotOf([init, statusOf(201, INIT)]));
  expect(ledger.processes().find((process) => process.pid === 201)?.own).toBe(false);
});

test('a process whose parent vanished unread is decided when it is seen again', () => {
  const ledger = makeProcessLedger();
  ledger.add(snapshotOf([init, statusOf(301, 300)], [300]));
  expect(ledger.processes().find((process) => process.pid === 301)?.own).toBe(false);
  ledger.add(snapshotOf([init, statusOf(301, INIT)]));
  expect(ledger.processes().find((process) => process.pid === 301)?.own).toBe(true);
});

test('the worst values of a process over all samples are kept', () => {
  const ledger = makeProcessLedger();
  ledger.add(snapshotOf([init]));
  ledger.add(snapshotOf([{ ...init, uids: [1000, 0, 0, 0], groups: [0], capEffective: '0000000000000400' }]));
  ledger.add(snapshotOf([{ ...init, groups: [7], capEffective: '0000000000000001' }]));
  expect(ledger.processes()[0]).toMatchObject({
    uids: [1000, 0, 0, 0],
    groups: [0, 7],
    capEffective: '0000000000000401',
  });
});

test("the runtime's last moment does not count against the program it becomes, nor do its own processes", () => {
  const ledger = makeProcessLedger();
  ledger.add(snapshotOf([{ ...init, name: 'runc:[2:INIT]', capPermitted: '00000000a80425fb' }]));
  ledger.add(snapshotOf([init, statusOf(200, SHIM, { name: 'runc:[1:CHILD]', uids: [0, 0, 0, 0] })]));
  expect(ledger.processes()).toMatchObject([{ pid: INIT, capPermitted: '0000000000000000' }]);
});

test('a container that keeps the name of a runtime is judged all the same', () => {
  const ledger = makeProcessLedger();
  ledger.add(snapshotOf([{ ...init, name: 'runc:[2:INIT]', uids: [0, 0, 0, 0] }]));
  expect(ledger.processes()).toMatchObject([{ uids: [0, 0, 0, 0], own: true }]);
});

test('names are asked for once and again after an exec', () => {
  const ledger = makeProcessLedger();
  expect(ledger.add(snapshotOf([init]))).toEqual([INIT]);
  expect(ledger.add(snapshotOf([init]))).toEqual([]);
  ledger.nameCommand(INIT, 'python -m app');
  expect(ledger.add(snapshotOf([{ ...init, name: 'gunicorn' }]))).toEqual([INIT]);
  expect(ledger.processes()[0]?.command).toBe('python -m app');
});

test('among very many processes the suspicious ones are never cut off', () => {
  const ledger = makeProcessLedger();
  const many = Array.from({ length: 500 }, (_, index) => statusOf(1000 + index, INIT));
  ledger.add(snapshotOf([init, ...many, statusOf(9999, INIT, { uids: [0, 0, 0, 0] })]));
  expect(ledger.processes()).toHaveLength(200);
  expect(ledger.processes()[0]?.pid).toBe(9999);
});
