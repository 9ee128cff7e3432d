import { expect, test } from '@jest/globals';
import { httpProbe } from '../../../../src/check/rules/http/http.probe.ts';
import type { HttpObservation, ServiceFacts } from '../../../../src/model/facts.ts';
import { blankImage } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankService, httpCheck } from '../../../support/runs.ts';

const answered: HttpObservation = {
  check: 0,
  url: 'http://172.18.0.2:8080/health',
  attempts: 3,
  firstSuccessAfter: 500,
  latencies: [12],
  problems: [],
  lastStatus: 200,
  lastBody: '{"status":"healthy"}',
};
const image = blankImage({ http: [httpCheck({ within: 3000 })] });
const judge = (change: Partial<ServiceFacts>) => checkRule(httpProbe, { service: blankService(change) }, image);

test('answers as declared pass with the slowest time', () => {
  expect(judge({ http: [answered] })).toEqual({ status: 'passed', seen: '1 checks, slowest answer 12 ms' });
});

test('nothing declared is skipped', () => {
  expect(checkRule(httpProbe, { service: blankService() }).status).toBe('skipped');
});

test('problems are told with attempts, answer and the line of the check', () => {
  const judgement = judge({
    http: [{ ...answered, problems: ['status 404 instead of 200'], lastStatus: 404, lastBody: 'nope' }],
  });
  expect(messagesOf(judgement)).toEqual([
    'GET /health: status 404 instead of 200 after 3 attempts; the answer was "nope"',
  ]);
  expect(judgement).toMatchObject({
    findings: [{ seen: 'status 404', allowed: 'status 200 within 3.0 s', place: { file: 'slipway.yml', line: 9 } }],
  });
});

test.each([
  ['it listens only on 127.0.0.1:8080, which nobody outside the container can reach', '0.0.0.0'],
  ['the connection was refused', '$PORT'],
  ['a body that is not JSON', 'Correct the service'],
])('%s has its own remedy', (problem, remedy) => {
  const judgement = judge({ http: [{ ...answered, problems: [problem] }] });
  expect(judgement).toMatchObject({ findings: [{ remedy: expect.stringContaining(remedy) as unknown }] });
});

test('a check that was never sent fails with the reason', () => {
  expect(messagesOf(judge({ startError: 'no such file' }))).toEqual([
    'GET /health: the container never started: no such file',
  ]);
  expect(messagesOf(judge({}))).toEqual(['GET /health: the request was never sent']);
});

test('a service that answered and then ended by itself fails', () => {
  const judgement = judge({ http: [answered], exitedEarly: { exitCode: 4, after: 3000 }, log: [] });
  expect(messagesOf(judgement)).toEqual([
    'it answered as declared, but the container ended by itself after 3.0 s with exit code 4; it printed nothing',
  ]);
  expect(judgement).toMatchObject({ findings: [{ place: { file: 'slipway.yml', line: 9 } }] });
});

test('where a platform ignores HEALTHCHECK, having no check at all fails', () => {
  const facts = { service: blankService() };
  expect(checkRule(httpProbe, facts).status).toBe('skipped');
  const [message] = messagesOf(checkRule(httpProbe, facts, blankImage({ profile: 'cloud-run' }), { required: true }));
  expect(message).toContain('The platform (profile cloud-run) never executes a HEALTHCHECK');
});
