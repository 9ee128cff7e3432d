import { expect, test } from '@jest/globals';
import { sizeLayersMax } from '../../../../src/check/rules/size/size.layers-max.ts';
import { sizesOf, writtenImage } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

function layers(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    instruction: `COPY f${String(index)} /app/`,
    size: 1,
    unpacked: 1000 + index,
    base: index === 0,
  }));
}

function judge(count: number, declared?: number, settings: unknown = {}) {
  const image = writtenImage(['size.layers'], { size: declared === undefined ? {} : { layers: declared } });
  return checkRule(sizeLayersMax, { sizes: sizesOf(layers(count)) }, image, settings);
}

test.each([
  [120, undefined, 'passed'],
  [121, undefined, 'failed'],
  [130, 130, 'passed'],
  [6, 5, 'failed'],
  [0, 1, 'passed'],
])('%d layers of %p: %s', (count, declared, status) => {
  expect(judge(count, declared).status).toBe(status);
});

test('the smallest own layers are named: they are the ones to join', () => {
  expect(judge(6, 5)).toMatchObject({
    findings: [
      {
        message:
          '6 layers, 5 allowed; smallest: layer 2 `COPY f1 /app/`, layer 3 `COPY f2 /app/`, layer 4 `COPY f3 /app/`',
        seen: '6',
        allowed: '5',
        place: { file: 'slipway.yml', line: 2 },
      },
    ],
  });
});

test('too many layers of a base alone name none, and the setting holds where nothing is declared', () => {
  const base = layers(3).map((layer) => ({ ...layer, base: true }));
  const image = writtenImage(['size.layers'], { size: { layers: 2 } });
  expect(messagesOf(checkRule(sizeLayersMax, { sizes: sizesOf(base) }, image))).toEqual(['3 layers, 2 allowed']);
  expect(judge(6, undefined, { allow: 5 }).status).toBe('failed');
  expect(judge(6, 6, { allow: 5 }).status).toBe('passed');
});

test.each([[0], [1.5], ['120']])('the setting refuses %p', (allow) => {
  expect(sizeLayersMax.settings.safeParse({ allow }).success).toBe(false);
});
