import { expect, test } from '@jest/globals';
import { cudaNgcEntrypoint } from '../../../../src/check/rules/cuda/cuda.ngc-entrypoint.ts';
import { blankImage } from '../../../support/blank.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { gpuImage } from '../../../support/gpu.ts';
import { messagesOf } from '../../../support/judging.ts';

const SCRIPT = '/opt/nvidia/nvidia_entrypoint.sh';
const FILES = [{ name: SCRIPT.slice(1), body: '#!/bin/bash\n', mode: 0o755 }];
const NAMED = ['NVIDIA_PRODUCT_NAME=PyTorch'];

function judge(entrypoint: readonly string[], env = NAMED, files = FILES, image = blankImage()) {
  return judgeFiles(cudaNgcEntrypoint, { layers: [files], config: { env, entrypoint } }, {}, image);
}

test.each<[readonly string[], string]>([
  [['python', '-m', 'app'], 'replaced by ["python","-m","app"]'],
  [[], 'taken away'],
])('the ENTRYPOINT %p of one’s own is told', (entrypoint, words) => {
  expect(messagesOf(judge(entrypoint))).toEqual([
    `the image is built on NVIDIA’s base "PyTorch", whose ENTRYPOINT ${SCRIPT} was ${words}: nothing compares driver and image at the start any more`,
  ]);
});

test('a product name that was emptied is still a base of theirs', () => {
  expect(messagesOf(judge(['app'], ['NVIDIA_PRODUCT_NAME=']))).toEqual([
    expect.stringContaining('is built on an NVIDIA base, whose'),
  ]);
});

test.each<[string, ReturnType<typeof judge>, string]>([
  ['their script, with or without more behind it', judge([SCRIPT, 'python']), 'passed'],
  ['another way to start it', judge(['tini', '--', SCRIPT]), 'passed'],
  ['a declared fleet', judge(['app'], NAMED, FILES, gpuImage([{ name: 'l4', sm: '8.9', driver: '550' }])), 'passed'],
  ['another base', judge(['app'], []), 'skipped'],
  ['a base without the script', judge(['app'], NAMED, []), 'skipped'],
])('%s is no finding', (_, judgement, status) => {
  expect(judgement.status).toBe(status);
});
