import { expect, test } from '@jest/globals';
import { portListening } from '../../../../src/check/rules/port/port.listening.ts';
import type { ServiceFacts } from '../../../../src/model/facts.ts';
import { blankImage, writtenImage } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankService, serviceWithout } from '../../../support/runs.ts';

const image = writtenImage(['port'], { port: 8080 });
const judge = (change: Partial<ServiceFacts>) => checkRule(portListening, { service: blankService(change) }, image);
const loopback = { port: 8080, address: '127.0.0.1', loopbackOnly: true };

test('an open port passes', () => {
  expect(judge({})).toEqual({ status: 'passed', seen: '0.0.0.0:8080' });
  expect(judge({ listening: [{ port: 8080, address: '::', loopbackOnly: false }, loopback] }).status).toBe('passed');
});

test.each<[string, Partial<ServiceFacts>, string]>([
  ['nothing open', { listening: [] }, 'nothing listens on port 8080'],
  [
    'another port',
    { listening: [{ port: 80, address: '0.0.0.0', loopbackOnly: false }] },
    'nothing listens on port 8080',
  ],
  [
    'loopback alone',
    { listening: [loopback] },
    'port 8080 is open on 127.0.0.1 alone: nobody outside the container can connect',
  ],
  [
    'an early end',
    { listening: [], exitedEarly: { exitCode: 1, after: 50 }, log: [] },
    'nothing listens on port 8080: the container ended by itself after 50 ms with exit code 1; it printed nothing',
  ],
  [
    'an end after it was open',
    { exitedEarly: { exitCode: 4, after: 3000 }, log: [] },
    'port 8080 was open, but the container ended by itself after 3.0 s with exit code 4; it printed nothing',
  ],
])('%s fails', (_, change, message) => {
  const judgement = judge(change);
  expect(messagesOf(judgement)).toEqual([message]);
  expect(judgement).toMatchObject({ findings: [{ place: { file: 'slipway.yml' } }] });
});

test('each of several ports counts', () => {
  const several = blankImage({ port: 8080, ports: [8080, 9090] });
  expect(messagesOf(checkRule(portListening, { service: blankService() }, several))).toEqual([
    'nothing listens on port 9090',
  ]);
});

test('nothing declared is skipped, nothing readable undecided', () => {
  expect(checkRule(portListening, { service: blankService() }).status).toBe('skipped');
  expect(checkRule(portListening, { service: serviceWithout('listening') }, image).status).toBe('undecided');
});
