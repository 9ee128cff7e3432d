import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { GpuPhase } from '../../src/model/gpu-config.ts';
import { requireMounts } from '../../src/pipeline/gpu-stage.ts';
import { captureEffects } from '../support/captured-effects.ts';
import { blankGpu } from '../support/gpu-job.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  await mkdir(join(folder, 'repository/ci/samples'), { recursive: true });
  await writeFile(join(folder, 'repository/ci/question.json'), '{}');
  await mkdir(join(folder, 'repository-of-others'));
  await symlink('ci/samples', join(folder, 'repository/inside'));
  await symlink('/', join(folder, 'repository/everything'));
  await symlink('../repository-of-others', join(folder, 'repository/beside'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test.each<[string, RegExp | undefined]>([
  ['ci/samples', undefined],
  ['ci/question.json', undefined],
  ['.', undefined],
  ['inside', undefined],
  ['ci/absent', /mounts ci\/absent, which is not there/],
  ['everything', /mounts everything, which leads out of the repository/],
  ['everything/etc', /leads out of the repository/],
  ['beside', /leads out of the repository/],
  ['ci/../../repository-of-others', /leads out of the repository/],
])('a phase that mounts %s', async (source, refused) => {
  const phase: GpuPhase = {
    name: 'load',
    work: { kind: 'command', command: ['x'] },
    mounts: [{ source, target: '/samples' }],
    within: 1000,
    expect: { exit: 0 },
    withoutGpu: 'skip',
    place: { file: 'slipway.yml' },
  };
  const tried = requireMounts(
    captureEffects().effects,
    { name: 'app', gpu: blankGpu({ phases: [phase] }) },
    join(folder, 'repository'),
  );
  if (refused === undefined) await expect(tried).resolves.toBeUndefined();
  else await expect(tried).rejects.toThrow(refused);
});
