import { expect, test } from '@jest/globals';
import { requireStarted } from '../../src/pipeline/stack-proof.ts';
import { blankConfig } from '../support/blank.ts';
import { stackConfig } from '../support/compose.ts';
import { anImageRecord, anOutcome, aRecord } from '../support/records.ts';

const API = anImageRecord();
const declared = blankConfig({ file: 'slipway.yml', stack: stackConfig(['c.yml']) });
const stackOf = (...rules: readonly string[]) => ({
  ...{ name: 'stack' as const, files: ['c.yml'], services: ['api'], images: ['api'], blocked: [] },
  outcomes: rules.map((rule) => anOutcome({ rule })),
});

test.each([
  ['a record of a check', aRecord({ stack: stackOf('compose.latest') })],
  ['a record without a word of the stack', aRecord()],
])('%s is no proof of what runs', (_, record) => {
  expect(() => {
    requireStarted(declared, API, record);
  }).toThrow('the stack was never started with api');
});

test('a stack that was started is, and other images need none', () => {
  requireStarted(declared, API, aRecord({ stack: stackOf('compose.latest', 'stack.starts') }));
  requireStarted(declared, anImageRecord({ name: 'worker' }), aRecord({ stack: stackOf('compose.latest') }));
  requireStarted(blankConfig(), API, aRecord());
});
