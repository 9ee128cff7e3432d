import { expect, test } from '@jest/globals';
import { sizeEfficiency } from '../../../../src/check/rules/size/size.efficiency.ts';
import type { WastedPath } from '../../../../src/model/facts.ts';
import { blankDescription, layerOf, wasteOf } from '../../../support/blank.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const image = blankDescription({ layers: [layerOf('COPY app /app'), layerOf('RUN rm -rf /app/tests')] });

function judge(bytes: number, settings: unknown = {}) {
  const wasted: WastedPath[] = [{ path: '/app/tests/a', bytes, layer: 0, hiddenBy: 1, cause: 'deleted' }];
  return checkRule(sizeEfficiency, { waste: wasteOf(wasted, 1_000_000), image }, undefined, settings);
}

test('the share that is just met passes, a byte more fails', () => {
  expect(judge(50_000)).toEqual({ status: 'passed', seen: '95.00%' });
  expect(judge(50_001)).toMatchObject({
    status: 'failed',
    findings: [
      {
        message:
          '94.99% of the file bytes in the layers can be seen, 95% wanted; most: ' +
          'layer 2 `RUN rm -rf /app/tests` deleted 50.0 kB of layer 1 `COPY app /app`: /app/tests/a 50.0 kB',
        seen: '94.99%',
        allowed: '95%',
        remedy: expect.stringContaining('same RUN'),
      },
    ],
  });
});

test('an image without a byte has all of it in sight', () => {
  expect(checkRule(sizeEfficiency, { waste: wasteOf([], 0), image })).toEqual({ status: 'passed', seen: '100.00%' });
});

test('waste that no path explains still fails', () => {
  const waste = { totalBodyBytes: 10, wastedBytes: 5, paths: [], groups: [] };
  expect(messagesOf(checkRule(sizeEfficiency, { waste, image }))).toEqual([
    '50.00% of the file bytes in the layers can be seen, 95% wanted',
  ]);
});

// dive counts the surviving copy of a file as waste and a deleted folder as none.
test('the surviving copy is no waste, a deleted folder is', () => {
  const body = 'x'.repeat(1000);
  const chmod = [[{ name: 'a', body }], [{ name: 'a', body, mode: 0o600 }]];
  expect(messagesOf(judgeFiles(sizeEfficiency, { layers: chmod }))[0]).toMatch(/^50\.00% /);
  const deleted = [
    [
      { name: 'b/x', body },
      { name: 'c', body },
    ],
    [{ name: '.wh.b' }],
  ];
  expect(messagesOf(judgeFiles(sizeEfficiency, { layers: deleted }))[0]).toMatch(/^50\.00% /);
});

test.each([['95'], [0.95], ['101%'], ['-1%']])('the setting refuses %p', (least) => {
  expect(sizeEfficiency.settings.safeParse({ least }).success).toBe(false);
});

test('the setting is honoured', () => {
  expect(judge(50_001, { least: '90.5%' }).status).toBe('passed');
  expect(judge(1, { least: '100%' }).status).toBe('failed');
});
