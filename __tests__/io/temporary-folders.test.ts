import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { makeOwnedFolder, makeOwner, removeLeftovers } from '../../src/io/temporary-folders.ts';

const RUN = '0123456789abcdef';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'slipway-owned-test-'));
});
afterEach(() => {
  rmSync(parent, { recursive: true });
});

const makeFolder = (owner: string): string => {
  const name = `slipway-${RUN}-${owner}-push-AbCdEf`;
  mkdirSync(join(parent, name, 'blobs'), { recursive: true });
  return name;
};
/** A process that was there and is not any more. */
const endedPid = (): number => spawnSync(process.execPath, ['--version']).pid;
const namespace = (): string => makeOwner(RUN).process.replace(/_.*/, '');

describe('folders that killed runs left', () => {
  test('go when their process is gone, or when their run is named', async () => {
    makeFolder(`${namespace()}_${String(endedPid())}`);
    await removeLeftovers(parent, undefined);
    expect(readdirSync(parent)).toEqual([]);
    const mine = basename(await makeOwnedFolder(parent, 'build', makeOwner(RUN)));
    await removeLeftovers(parent, undefined);
    expect(readdirSync(parent)).toEqual([mine]);
    await removeLeftovers(parent, RUN);
    expect(readdirSync(parent)).toEqual([]);
  });

  test('stay when their process may live, where we cannot see it, and when they are not ours by name or kind', async () => {
    const kept = [
      makeFolder(`${namespace()}_${String(process.pid)}`),
      // the same number in a container that shares this folder
      makeFolder(`1_${String(endedPid())}`),
    ];
    for (const name of ['slipway-test-AbCdEf', `slipway-${RUN}-x_y-push-AbCdEf`, 'other']) {
      mkdirSync(join(parent, name));
      kept.push(name);
    }
    const link = `slipway-${RUN}-${namespace()}_${String(endedPid())}-push-linked`;
    symlinkSync(join(parent, 'other'), join(parent, link));
    await removeLeftovers(parent, 'fedcba9876543210');
    expect(readdirSync(parent).sort()).toEqual([...kept, link].sort());
  });

  test('a folder that cannot be listed is no error', async () => {
    await expect(removeLeftovers(join(parent, 'nowhere'), RUN)).resolves.toBeUndefined();
  });
});
