import { expect, test } from '@jest/globals';
import { labelsOci } from '../../../../src/check/rules/labels/labels.oci.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankDescription, blankRuntime } from '../../../support/blank.ts';

const GOOD = {
  'org.opencontainers.image.source': 'https://github.com/acme/shop',
  'org.opencontainers.image.revision': 'a'.repeat(40),
  'org.opencontainers.image.created': '2026-05-01T10:00:00Z',
  'org.opencontainers.image.version': '1.2.3-rc.1+build',
  'org.opencontainers.image.licenses': '(MIT OR Apache-2.0) AND BSD-3-Clause',
};
function judge(labels: Readonly<Record<string, string>>, settings: unknown = {}) {
  return checkRule(labelsOci, { image: blankDescription({ config: blankRuntime({ labels }) }) }, undefined, settings);
}

test('all five in their form pass', () => {
  expect(judge(GOOD).status).toBe('passed');
});

test('missing ones are told in one finding, empty ones are missing', () => {
  const messages = messagesOf(
    judge({ ...GOOD, 'org.opencontainers.image.source': '', 'org.opencontainers.image.version': '' }),
  );
  expect(messages).toEqual([
    expect.stringMatching(/^no label org\.opencontainers\.image\.source, org\.opencontainers\.image\.version:/),
  ]);
});

test.each([
  ['source', 'acme/shop'],
  ['revision', 'main'],
  ['revision', 'a'.repeat(39)],
  ['created', '2026-05-01'],
  ['created', 'yesterday'],
  ['version', '22.04 LTS'],
  ['licenses', 'see LICENSE!'],
])('%s %j has the wrong form', (name, value) => {
  expect(messagesOf(judge({ ...GOOD, [`org.opencontainers.image.${name}`]: value }))).toEqual([
    expect.stringContaining(`label org.opencontainers.image.${name} is "${value}"`),
  ]);
});

test('only what is required may not be missing, and what is there is judged all the same', () => {
  expect(judge({}, { require: [] }).status).toBe('passed');
  expect(judge({ 'org.opencontainers.image.revision': 'main' }, { require: [] }).status).toBe('failed');
  expect(labelsOci.settings.safeParse({ require: ['title'] }).success).toBe(false);
});
