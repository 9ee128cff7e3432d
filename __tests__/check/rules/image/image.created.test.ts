import { expect, test } from '@jest/globals';
import { imageCreated } from '../../../../src/check/rules/image/image.created.ts';
import { checkRule } from '../../../support/judging.ts';
import { blankDescription } from '../../../support/blank.ts';

function judge(created: string | undefined, settings: unknown = {}) {
  const image = blankDescription(created === undefined ? {} : { created });
  return checkRule(imageCreated, { image }, undefined, settings);
}

test.each(['2026-05-01T10:00:00Z', '2026-05-01T10:00:00.123456789Z', '2026-05-01T12:00:00+02:00'])(
  '%s passes',
  (created) => {
    expect(judge(created)).toEqual({ status: 'passed', seen: created });
  },
);

test.each([
  undefined,
  '',
  'today',
  '2026-05-01',
  '2026-13-45T99:00:00Z',
  '1970-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
])('%p fails', (created) => {
  expect(judge(created).status).toBe('failed');
});

test('the epoch can be meant, nothing cannot', () => {
  expect(judge('1970-01-01T00:00:00Z', { reproducible: true }).status).toBe('passed');
  expect(judge(undefined, { reproducible: true }).status).toBe('failed');
});
