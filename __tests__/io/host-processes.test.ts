import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findCgroups, makeHostProcesses } from '../../src/io/host-processes.ts';

const ID = 'c0ffee'.padEnd(64, '0');
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'slipway-test-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function lay(files: Readonly<Record<string, string>>): Promise<ReturnType<typeof makeHostProcesses>> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return makeHostProcesses({ proc: join(root, 'proc'), cgroup: join(root, 'cgroup') });
}

const V1 = `9:name=systemd:/docker/${ID}\n8:pids:/docker/${ID}\n4:memory:/docker/${ID}\n0::/docker/${ID}\n`;
const V2 = `0::/system.slice/docker-${ID}.scope\n`;

test.each<[string, Readonly<Record<string, string>>, readonly number[]]>([
  ['v1', { 'proc/7/cgroup': V1, [`cgroup/pids/docker/${ID}/cgroup.procs`]: '7\n9\n' }, [7, 9]],
  ['hybrid', { 'proc/7/cgroup': V1, [`cgroup/unified/docker/${ID}/cgroup.procs`]: '7\n' }, [7]],
  ['v2', { 'proc/7/cgroup': V2, [`cgroup/system.slice/docker-${ID}.scope/cgroup.procs`]: '7\n8\n' }, [7, 8]],
  [
    'v2 with groups inside the container',
    {
      'proc/7/cgroup': `0::/docker/${ID}/init.scope\n`,
      [`cgroup/docker/${ID}/cgroup.procs`]: '',
      [`cgroup/docker/${ID}/init.scope/cgroup.procs`]: '7\n',
      [`cgroup/docker/${ID}/app/cgroup.procs`]: '8\n',
    },
    [7, 8],
  ],
])('processes are found on %s', async (_, files, pids) => {
  const host = await lay(files);
  expect([...((await host.pidsOf(ID, 7)) ?? [])].sort()).toEqual(pids);
});

test.each<[string, Readonly<Record<string, string>>]>([
  ['no such process', {}],
  ['another container', { 'proc/7/cgroup': V1.replaceAll(ID, 'beef'), 'cgroup/pids/docker/beef/cgroup.procs': '7\n' }],
  ['a namespaced path', { 'proc/7/cgroup': `8:pids:/../docker/${ID}\n` }],
  ['an empty list', { 'proc/7/cgroup': V1, [`cgroup/pids/docker/${ID}/cgroup.procs`]: '' }],
  ['a list without PID 1', { 'proc/7/cgroup': V1, [`cgroup/pids/docker/${ID}/cgroup.procs`]: '8\n' }],
])('%s is undefined, never empty', async (_, files) => {
  const host = await lay(files);
  expect(await host.pidsOf(ID, 7)).toBeUndefined();
});

test.each([
  `cgroup/pids/docker/${ID}/cgroup.procs`,
  `cgroup/docker/${ID}/cgroup.procs`,
  `cgroup/system.slice/docker-${ID}.scope/cgroup.procs`,
])('a container whose PID 1 is not known yet is found at %s', async (path) => {
  const host = await lay({ [path]: '7\n' });
  expect(await host.findPids(ID)).toEqual([7]);
  expect(await host.findPids('beef')).toBeUndefined();
});

test('a path that leaves the mount or names nothing of ours is no cgroup', () => {
  expect(findCgroups(`8:pids:/docker/${ID}/../../etc\n0::/\n4:memory\n`, ID)).toEqual({});
});

test.each<[string, Readonly<Record<string, string>>, unknown]>([
  [
    'v1',
    {
      'proc/7/cgroup': V1,
      [`cgroup/memory/docker/${ID}/memory.max_usage_in_bytes`]: '4096\n',
      [`cgroup/memory/docker/${ID}/memory.oom_control`]: 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
    },
    { peak: 4096, kills: 2 },
  ],
  [
    'v2',
    {
      'proc/7/cgroup': V2,
      [`cgroup/system.slice/docker-${ID}.scope/memory.peak`]: '8192\n',
      [`cgroup/system.slice/docker-${ID}.scope/memory.events`]: 'low 0\noom 1\noom_kill 1\noom_group_kill 0\n',
    },
    { peak: 8192, kills: 1 },
  ],
  ['nothing', { 'proc/7/cgroup': V2 }, undefined],
])('memory is read on %s', async (_, files, memory) => {
  const host = await lay(files);
  expect(await host.memory(ID, 7)).toEqual(memory);
});

test('texts of /proc come as they are, and undefined where there are none', async () => {
  const host = await lay({
    'proc/7/cmdline': 'python\0-m\0app\0',
    'proc/7/status': 'Name:\tpython\n',
    'proc/7/uid_map': '0 0 1\n',
    'proc/7/net/tcp': 'table\n',
  });
  expect(await host.commandLine(7)).toBe('python -m app');
  expect(await host.status(7)).toBe('Name:\tpython\n');
  expect(await host.uidMap(7)).toBe('0 0 1\n');
  expect(await host.sockets(7)).toEqual({ tcp: 'table\n', tcp6: '' });
  expect(await host.status(8)).toBeUndefined();
  expect(await host.sockets(8)).toBeUndefined();
});
